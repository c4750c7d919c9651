//! What waits for itself is found, however it says so, and nothing else is.

use landfall_blueprint::check::Checker;
use landfall_catalog::Catalog;
use landfall_source::Source;
use proptest::prelude::*;

fn circles(text: &str) -> Vec<(usize, String)> {
    let catalog = Catalog::embedded().unwrap();
    let checker = Checker::new(&catalog).unwrap();
    let found = checker
        .check(&Source::new("t.yaml", text))
        .unwrap()
        .unwrap();
    let circles = found.into_iter().filter(|one| one.rule == "circle");
    circles.map(|one| (one.line, one.message)).collect()
}

fn topics(lines: &[&str]) -> String {
    let lines: Vec<String> = lines
        .iter()
        .map(|line| {
            let (id, rest) = line.split_once(' ').unwrap();
            format!("  {id}: {{Type: AWS::SNS::Topic, {rest}}}\n")
        })
        .collect();
    format!("Resources:\n{}", lines.concat())
}

#[test]
fn circles_of_references_and_dependencies_are_found() {
    let wanted = |line: usize, message: &str| vec![(line, message.to_owned())];
    for (lines, found) in [
        (vec!["A DependsOn: A"], wanted(2, "A needs A")),
        (vec!["A Properties: {X: !Ref A}"], wanted(2, "A needs A")),
        (
            vec!["B DependsOn: A", "A DependsOn: [B]"],
            wanted(3, "A needs B, B needs A"),
        ),
        (
            vec![
                "A Properties: {X: !Ref B}",
                "B Properties: {X: !GetAtt C.Arn}",
                "C Properties: {X: !Sub '${A}'}",
                "D DependsOn: A",
            ],
            wanted(2, "A needs B, B needs C, C needs A"),
        ),
        (
            vec![
                "A Properties: {X: !Join ['', [!Ref B]]}",
                "B Properties: {X: {Ref: A}}",
            ],
            wanted(2, "A needs B, B needs A"),
        ),
        (
            vec![
                "A DependsOn: B",
                "B DependsOn: A",
                "C DependsOn: D",
                "D DependsOn: C",
            ],
            vec![
                (2, "A needs B, B needs A".to_owned()),
                (4, "C needs D, D needs C".to_owned()),
            ],
        ),
        // Only one of the two may be made.
        (
            vec!["A Properties: {X: !If [Y, !Ref B, z]}", "B DependsOn: A"],
            vec![],
        ),
        (
            vec!["A DependsOn: B", "B DependsOn: C", "C Properties: {X: y}"],
            vec![],
        ),
        (vec!["A Properties: {X: !Sub '${!A}'}"], vec![]),
    ] {
        assert_eq!(circles(&topics(&lines)), found, "{lines:?}");
    }
}

#[test]
fn circles_of_conditions_are_found() {
    let template = |conditions: &str| {
        format!(
            "Conditions:\n{conditions}Resources:\n  T: {{Type: AWS::SNS::Topic, Condition: A}}\n"
        )
    };
    let found = circles(&template(
        "  A: !Not [!Condition B]\n  B: !And [{Condition: A}, !Equals [a, b]]\n",
    ));
    assert_eq!(
        found,
        [(2, "the conditions: A needs B, B needs A".to_owned())]
    );
    let none = circles(&template("  A: !Not [!Condition B]\n  B: !Equals [a, b]\n"));
    assert_eq!(none, []);
}

/// Long chains and many circles end soon.
#[test]
fn circles_of_any_size_are_found() {
    let chain = |count: usize, last: &str| {
        let lines = (0..count).map(|place| {
            let next = if place + 1 == count {
                last.to_owned()
            } else {
                format!("C{}", place + 1)
            };
            format!("  C{place}: !Not [!Condition {next}]\n")
        });
        format!(
            "Conditions:\n{}Resources:\n  T: {{Type: AWS::SNS::Topic}}\n",
            lines.collect::<String>()
        )
    };
    assert_eq!(circles(&chain(20_000, "Z")), []);
    assert_eq!(circles(&chain(20_000, "C0")).len(), 1);
    let pairs: Vec<String> = (0..200)
        .flat_map(|place| {
            [
                format!("A{place} DependsOn: B{place}"),
                format!("B{place} DependsOn: A{place}"),
            ]
        })
        .collect();
    let pairs: Vec<&str> = pairs.iter().map(String::as_str).collect();
    assert_eq!(circles(&topics(&pairs)).len(), 20);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    /// Whatever needs only what comes before it has no circle; one way back makes one.
    #[test]
    fn what_has_an_order_has_no_circle(
        edges in prop::collection::vec((0usize..12, 0usize..12), 0..30),
        back in 1usize..12,
    ) {
        let lines = |extra: Option<(usize, usize)>| {
            let of = |place: usize| {
                let forward = edges.iter().filter(|(from, to)| *from == place && to < from);
                let all = forward.map(|(_, to)| *to).chain(extra.filter(|(from, _)| *from == place).map(|(_, to)| to));
                let all: Vec<String> = all.map(|to| format!("T{to}")).collect();
                format!("T{place} DependsOn: [{}]", all.join(", "))
            };
            (0..12).map(of).collect::<Vec<_>>()
        };
        let straight = lines(None);
        let straight: Vec<&str> = straight.iter().map(String::as_str).collect();
        prop_assert_eq!(circles(&topics(&straight)), []);
        // Every edge leads to a smaller number.
        let mut reached = [false; 12];
        reached[back] = true;
        for place in (1..12).rev().filter(|place| *place <= back) {
            let is_next = |(from, to): &&(usize, usize)| reached[place] && *from == place && to < from;
            let next: Vec<usize> = edges.iter().filter(is_next).map(|(_, to)| *to).collect();
            for to in next {
                reached[to] = true;
            }
        }
        let reaches = reached[0];
        let round = lines(Some((0, back)));
        let round: Vec<&str> = round.iter().map(String::as_str).collect();
        prop_assert_eq!(circles(&topics(&round)).len(), usize::from(reaches));
    }
}
