//! Ways to begin that an agent offers to its user.

/// One way to begin.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Beginning {
    pub(crate) name: &'static str,
    pub(crate) about: &'static str,
    /// Its arguments, each with what it is and whether it is needed.
    pub(crate) arguments: &'static [(&'static str, &'static str, bool)],
    text: &'static str,
}

pub(crate) const BEGINNINGS: [Beginning; 3] = [
    Beginning {
        name: "interview",
        about: "Write a workload file by asking what can still change the recommendation.",
        arguments: &[("description", "What is to run, in a few sentences.", false)],
        text: "Help me write a Landfall workload file, and decide where it runs on AWS. Read \
               landfall://schema/workload and one example under landfall://examples/ for the \
               format. Begin with the facts that I have given. Leave out what nobody knows: do \
               not guess. Then call next_questions, ask me the first question in your own words, \
               put the answer into the file, and repeat until no question is left or I stop. \
               Then call decide, and show the recommendation, its cost with the interval, the \
               share of scenarios in which it costs least, and the break-even points.",
    },
    Beginning {
        name: "review",
        about: "Review a decision that was made: does it hold, and what would change it?",
        arguments: &[("workload", "The text of the workload file.", true)],
        text: "Review the decision for this workload file. Call decide, then explain for the \
               recommendation and for the runner-up. Say what is assumed and not known, which \
               facts matter most, how far each is from its break-even point, and what to measure \
               before anybody relies on it. Take every figure from the tools; compute none.",
    },
    Beginning {
        name: "migration",
        about: "Weigh a move from what runs today.",
        arguments: &[(
            "template",
            "The template, manifest or Compose file of today.",
            true,
        )],
        text: "We run what this file describes, and consider to move it. Call import with the \
               file, show me what was read and what is open, and call next_questions for the \
               rest. Then call decide and compare what is recommended with what runs today: the \
               bill, hours of operations, latency, and what a move would take. If we go ahead, \
               call blueprint, and check_template for the template that it wrote.",
    },
];

impl Beginning {
    /// The text with the user's arguments, in order.
    pub(crate) fn filled(&self, argument: impl Fn(&str) -> Option<String>) -> String {
        let mut out = self.text.to_owned();
        for (name, _, _) in self.arguments {
            if let Some(given) = argument(name) {
                out.push_str("\n\n");
                out.push_str(name);
                out.push_str(":\n\n");
                out.push_str(&given);
            }
        }
        out
    }
}
