//! The table of decisions, on the shipped catalogue.

use std::path::Path;

use super::*;
use crate::model::{Level, Reach, Through};

fn caller(roles: &[Role], reach: &str) -> Caller {
    Caller::with(Credential {
        key: None,
        label: "essai".to_owned(),
        roles: roles.iter().copied().collect(),
        reach: reach.parse().expect("a reach"),
        level: Level::Outils,
        through: Through::Key,
        quota: None,
        stale: false,
    })
}

fn catalogue() -> Catalogue {
    Catalogue::read(Path::new("layers")).expect("the shipped layers")
}

fn status(view: &Result<View, Problem>) -> u16 {
    match view {
        Ok(_) => 200,
        Err(Problem::NotFound(_)) => 404,
        Err(Problem::Unauthorized) => 401,
        Err(Problem::Forbidden(_)) => 403,
        Err(other) => panic!("{other:?}"),
    }
}

#[test]
fn each_audience_asks_for_what_the_design_says() {
    let catalogue = catalogue();
    let expected = [
        ("parcelles", [200, 200, 200, 200]),
        ("sites-archives", [401, 200, 200, 200]),
        ("cameras-csu", [401, 403, 200, 403]),
        ("secteurs-craiol", [401, 403, 403, 403]),
        ("rien", [404, 404, 404, 404]),
    ];
    for (id, statuses) in expected {
        let callers = [
            Caller::anonymous(),
            caller(&[Role::Member], "44109"),
            caller(&[Role::Csu], "44109"),
            // Who runs the service sees no more than its other roles say.
            caller(&[Role::Administrator], "territoire"),
        ];
        let seen = callers.map(|caller| status(&layer(&catalogue, id, &caller, Filter::On)));
        assert_eq!(seen, statuses, "{id}");
    }
}

#[test]
fn rows_and_personal_fields_follow_the_reach_of_the_role() {
    let catalogue = catalogue();
    let read = |id: &str, caller: &Caller| {
        let view = layer(&catalogue, id, caller, Filter::On).expect("a view");
        (view.reading().clone(), view.digest())
    };
    let within = |reach: &str| Rows::from(&reach.parse::<Reach>().expect("a reach"));
    let (team, _) = read("cameras-csu", &caller(&[Role::Csu], "44018,44020"));
    assert_eq!(team.rows, within("44018,44020"));
    assert_eq!(
        read("cameras-csu", &caller(&[Role::Csu], "territoire"))
            .0
            .rows,
        Rows::All
    );
    let files = |roles: &[Role]| read("dossiers-ads", &caller(roles, "44018"));
    assert_eq!(files(&[Role::Instructor]).0.personal, Some(within("44018")));
    assert_eq!(files(&[Role::Instructor]).0.rows, Rows::All);
    assert_eq!(files(&[Role::Csu]).0.personal, None);
    let nobody = read("dossiers-ads", &Caller::anonymous());
    assert_eq!(nobody.0, Reading::default());
    // What is the same for two readers is kept once, and what is not is kept apart.
    assert_eq!(files(&[Role::Csu]).1, nobody.1);
    assert_ne!(files(&[Role::Instructor]).1, nobody.1);
    let cameras = |reach: &str| read("cameras-csu", &caller(&[Role::Csu], reach)).1;
    assert_ne!(cameras("44018"), cameras("44020"));
    assert_ne!(cameras("44018"), cameras("territoire"));
    assert_eq!(cameras("44020,44018"), cameras("44018,44020"));
}

#[test]
fn lists_have_what_may_be_read_and_nothing_else() {
    let catalogue = catalogue();
    let closed = |caller: &Caller| -> Vec<String> {
        layers(&catalogue, caller, Filter::On)
            .filter(|view| !view.is_open())
            .map(|view| view.id.to_string())
            .collect()
    };
    assert_eq!(closed(&Caller::anonymous()), [""; 0]);
    assert_eq!(
        closed(&caller(&[Role::Finance], "44018")),
        ["sites-archives"]
    );
    assert_eq!(
        closed(&caller(&[Role::Craiol, Role::Csu], "44018")),
        ["secteurs-craiol", "sites-archives", "cameras-csu"]
    );
}

#[test]
fn without_the_filter_the_database_is_still_told_the_truth() {
    let catalogue = catalogue();
    let csu = caller(&[Role::Csu], "44018");
    let view = layer(&catalogue, "secteurs-craiol", &csu, Filter::Off).expect("a view");
    assert_eq!(view.reading().rows, Rows::All);
    assert_eq!(view.seals(), [(Role::Craiol, String::new())]);
    let view = layer(&catalogue, "cameras-csu", &csu, Filter::Off).expect("a view");
    assert_eq!(view.seals(), [(Role::Csu, "44018".to_owned())]);
    let files = layer(&catalogue, "dossiers-ads", &csu, Filter::Off).expect("a view");
    assert_eq!(files.seals(), [(Role::Instructor, String::new())]);
}
