//! A function at sizes of memory, each with the CPU time and the memory that it has on Lambda.

use std::time::Duration;

use crate::cgroup::{Cgroups, Confine, Limits, Throttling};
use crate::function::{Function, FunctionFound};
use crate::guard::Guard;
use crate::run::until_asked_to_end;
use crate::sequence::Run;
use crate::trouble::Trouble;

/// The variable that says to a function what memory it has, in MB.
const MEMORY: &str = "AWS_LAMBDA_FUNCTION_MEMORY_SIZE";
/// The variable that says to a runtime how many invocations to take at once.
const AT_ONCE: &str = "AWS_LAMBDA_MAX_CONCURRENCY";

/// What was found at a size.
#[derive(Debug, Clone)]
pub struct SizeFound {
    /// What its environments could take.
    pub limits: Limits,
    /// Starts, invocations, failures.
    pub found: FunctionFound,
    /// What the kernel says of its quota and its memory.
    pub throttling: Throttling,
    /// What kept it from being measured to its end.
    pub trouble: Option<Trouble>,
}

impl Function {
    /// Runs it at each size in environments of that size, one invocation at a time: start-up
    /// with all CPU time, invocations with the quota, frozen between them. Warm invocations of
    /// a size take no longer than `at_most` in all, except for the fewest that say something.
    ///
    /// # Errors
    /// This process is asked to end. What happens at a size is in its own figures.
    pub fn at_sizes(
        &self,
        sizes: &[Limits],
        at_most: Duration,
        cgroups: &Cgroups<'_>,
        guard: &Guard,
    ) -> Result<Vec<SizeFound>, Trouble> {
        sizes
            .iter()
            .map(|limits| self.at_size(*limits, at_most, cgroups, guard))
            .collect()
    }

    fn at_size(
        &self,
        limits: Limits,
        at_most: Duration,
        cgroups: &Cgroups<'_>,
        guard: &Guard,
    ) -> Result<SizeFound, Trouble> {
        let function = self.with_memory(limits.memory_bytes);
        let confine = Confine {
            cgroups,
            limits: Some(limits),
        };
        until_asked_to_end(async {
            let mut run = Run::confined(&function, guard, confine, at_most);
            let trouble = run.all().await.err();
            Ok(SizeFound {
                limits,
                found: run.found,
                throttling: cgroups.seen(),
                trouble,
            })
        })
    }

    /// The same function with so much memory in its environment, one invocation at a time. A
    /// variable that the user has set stands after ours, and stays.
    fn with_memory(&self, memory_bytes: u64) -> Self {
        let mut function = self.clone();
        function.concurrency = 1;
        let variables = &mut function.launch.environment;
        variables.retain(|(name, _)| name != AT_ONCE);
        if let Some((_, value)) = variables.iter_mut().find(|(name, _)| name == MEMORY) {
            *value = (memory_bytes >> 20).to_string();
        }
        function
    }
}
