//! Reports from outcomes that the tests make.

use std::path::Path;

use super::super::{Reader, Site};
use super::*;
use crate::catalogue::Catalogue;
use crate::model::{
    ChangeKind, ChangedFeature, Choice, Commune, Communes, Contribution, Counts, FieldValue,
    Finding, OutcomeReport, Question, ScopeOutcome, Severity, Stage, State, Wishes, Writer,
};

fn communes() -> Communes {
    Communes {
        width: 1000.0,
        height: 800.0,
        corner: (350_000.0, 6_690_000.0),
        scale: 0.1,
        list: vec![Commune {
            insee: "44109".parse().expect("a code"),
            name: "Nantes & co".to_owned(),
            population: None,
            outline: "M 0 0 l 1000 0 0 800 z".to_owned(),
            middle: (500.0, 400.0),
            radius: 300.0,
        }],
    }
}

fn outcome(findings: Vec<Finding>, severities: &[(Severity, &str, i64)]) -> OutcomeReport {
    OutcomeReport {
        state: State::Rejected,
        collection: Some("parcelles".parse().expect("an id")),
        scope: None,
        version: None,
        counts: Counts {
            added: 1_234,
            ..Counts::default()
        },
        scopes: vec![ScopeOutcome {
            scope: "44109000AB01".to_owned(),
            version: None,
            compared_with: 7,
            counts: Counts::default(),
        }],
        reading: vec!["parcelles.shp (Shapefile)".to_owned()],
        findings,
        totals: Vec::new(),
        severities: severities
            .iter()
            .map(|(severity, rule, count)| (*severity, (*rule).to_owned(), *count))
            .collect(),
        questions: Vec::new(),
        changes: Vec::new(),
        shapes: Vec::new(),
    }
}

fn written(outcomes: &[OutcomeReport], places: &Places) -> String {
    let catalogue = Catalogue::read(Path::new("layers")).expect("the shipped layers");
    let from = Reported {
        catalogue: &catalogue,
        communes: &communes(),
        outcomes,
        places,
        zone: chrono_tz::Europe::Paris,
    };
    report(from, "lot <1>.zip", Default::default()).expect("a report")
}

#[test]
fn findings_are_grouped_by_rule_errors_first_and_counted_whole() {
    let overlap = |n: i32| {
        Finding::new(Severity::Error, "overlap", "Deux parcelles se recouvrent.")
            .of(n.to_string())
            .advising("Accrochez-les.")
            .at(351_000.0 + f64::from(n), 6_689_000.0)
    };
    let sliver = Finding::new(Severity::Warning, "sliver", "Surface très étroite.").of("7");
    let outcomes = [outcome(
        vec![sliver, overlap(1), overlap(2)],
        &[
            (Severity::Error, "overlap", 1_500),
            (Severity::Warning, "sliver", 1),
        ],
    )];
    let html = written(&outcomes, &Places::default());
    let at = |text: &str| {
        html.find(text)
            .unwrap_or_else(|| panic!("no {text}: {html}"))
    };
    assert!(at("Recouvrement") < at("Surface trop étroite"));
    assert!(html.contains("1\u{202f}500 erreurs") && html.contains("1 avertissement"));
    assert!(html.contains("1\u{202f}498\u{a0}autres cas ne sont pas détaillés"));
    assert_eq!(
        html.matches("Accrochez-les.").count(),
        1,
        "shared advice is said once"
    );
    assert!(html.contains("1\u{202f}234"), "what the delivery adds");
    assert!(html.contains("lot &#60;1&#62;.zip") && !html.contains("lot <1>"));
}

#[test]
fn places_are_drawn_among_the_communes_and_lead_to_their_rows() {
    let far = Finding::new(Severity::Error, "inside", "Hors de « Nantes » <b>.")
        .of("3")
        .about("commune", Some("44109"))
        .at(351_000.0, 6_689_000.0);
    let places = Places {
        findings: vec![vec![Some((-1.5, 47.2))]],
        ..Places::default()
    };
    let html = written(&[outcome(vec![far], &[])], &places);
    assert!(html.contains("cx=\"100\" cy=\"100\""), "{html}");
    assert!(html.contains("<a href=\"#c1\">") && html.contains("<tr id=\"c1\""));
    assert!(html.contains("data-lon=\"-1.5000000\" data-lat=\"47.2000000\""));
    assert!(html.contains("351\u{202f}000\u{a0};\u{a0}6\u{202f}689\u{202f}000"));
    assert!(!html.contains("<b>") && html.contains("Nantes &#38; co"));
}

#[test]
fn a_file_stands_alone_and_says_when_nothing_is_wrong() {
    let mut clean = outcome(Vec::new(), &[]);
    clean.state = State::Checked;
    let html = written(&[clean], &Places::default());
    assert!(html.contains("rien n’est à corriger") && !html.contains("<svg"));
    for outside in [
        "src=",
        "href=\"/",
        "href=\"http",
        "url(",
        "@import",
        "<script",
    ] {
        assert!(!html.contains(outside), "{outside}");
    }
}

#[test]
fn what_changes_is_told_feature_by_feature() {
    let change = |kind, name: &str| ChangedFeature {
        kind,
        scope: "44109".to_owned(),
        name: name.to_owned(),
        fid: Some(7),
        fields: Vec::new(),
        reshaped: false,
        moved_m: None,
        x: Some(351_000.0),
        y: Some(6_689_000.0),
    };
    let field = |field: &str, before: Option<&str>, after: Option<&str>| FieldValue {
        field: field.to_owned(),
        before: before.map(str::to_owned),
        after: after.map(str::to_owned),
    };
    let mut moved = change(ChangeKind::Changed, "AB 12");
    moved.fields = vec![
        field("contenance", Some("120"), Some("<125>")),
        field("demandeur", None, None),
    ];
    (moved.reshaped, moved.moved_m) = (true, Some(2.5));
    let mut one = outcome(Vec::new(), &[]);
    one.counts.removed = 40;
    one.changes = vec![change(ChangeKind::Removed, "AB 7"), moved];
    let html = written(&[one], &Places::default());
    let at = |text: &str| {
        html.find(text)
            .unwrap_or_else(|| panic!("no {text}: {html}"))
    };
    assert!(at("Objets modifiés") < at("Objets supprimés"));
    assert!(
        html.contains("<del>120</del> → <ins>&#60;125&#62;</ins>"),
        "{html}"
    );
    assert!(html.contains("donnée personnelle"));
    assert!(html.contains("déplacée de 2,50\u{a0}m au plus"));
    assert!(
        html.contains("Et 39\u{a0}autres objets"),
        "removed ones that are not listed"
    );
    assert!(html.contains("class=\"dot changed\"") && html.contains("class=\"dot removed\""));
    assert!(!html.contains("Objets ajoutés"));
}

/// A contribution of the territory's that came to those outcomes.
fn contribution_of(stage: Stage, outcomes: Vec<OutcomeReport>) -> Contribution {
    Contribution {
        id: 12,
        stage,
        author: Writer::territory("tests"),
        title: "lot.zip".to_owned(),
        wishes: Wishes::default(),
        files: Vec::new(),
        sha256: String::new(),
        bytes: 1,
        kept: true,
        received: Default::default(),
        changed: Default::default(),
        outcomes,
        revision: 1,
        publisher: None,
        message: String::new(),
        progress: None,
    }
}

/// Its page, for who decides on it.
fn page(it: &Contribution) -> String {
    let catalogue = Catalogue::read(Path::new("layers")).expect("the shipped layers");
    let site = Site {
        base: "https://geo.example",
        title: "Géonantes",
        description: "Le portail",
        territory: "Métropole",
        zone: chrono_tz::Europe::Paris,
        reader: Reader::Unknown("/"),
    };
    let shown = Shown {
        contribution: it,
        versions: &[],
        packaged: false,
        decides: true,
        reported: Reported {
            catalogue: &catalogue,
            communes: &communes(),
            outcomes: &it.outcomes,
            places: &Places::default(),
            zone: chrono_tz::Europe::Paris,
        },
    };
    contribution(site, shown).expect("a page")
}

#[test]
fn repairs_are_offered_for_what_refuses_alone() {
    let spike = Finding::new(Severity::Warning, "spike", "Une pointe.")
        .advising("Retirez le sommet ; --repair le ferait.");
    let missing = Finding::new(Severity::Error, "required", "Il manque.").advising("Remplissez.");
    let button = "Réparer et contrôler à nouveau";
    let of = |findings| {
        page(&contribution_of(
            Stage::Rejected,
            vec![outcome(findings, &[])],
        ))
    };
    let html = of(vec![missing.clone(), spike]);
    assert!(!html.contains(button), "no repair helps: {html}");
    let twice = Finding::new(Severity::Error, "duplicate", "En double.")
        .advising("Supprimez l’un des deux ; --repair le ferait.");
    assert!(of(vec![missing, twice]).contains(button));
}

/// A page with its spaces that do not break made plain, but for those within numbers.
fn spaced(html: &str) -> String {
    html.replace('\u{a0}', " ")
}

#[test]
fn a_page_counts_once() {
    let [error, warning] = [Severity::Error, Severity::Warning]
        .map(|severity| Finding::new(severity, "standard", "Un écart."));
    for (errors, said) in [(1, "1 erreur"), (1_499, "1\u{202f}499 erreurs")] {
        let counted = [
            (Severity::Error, "standard", errors),
            (Severity::Warning, "standard", 1_500 - errors),
        ];
        let it = outcome(vec![warning.clone(), error.clone()], &counted);
        let html = spaced(&page(&contribution_of(Stage::Rejected, vec![it])));
        let (head, rest) = html
            .split_once("&nbsp;: chacune")
            .expect("how many refuse it");
        assert!(head.ends_with(&format!("<p>{said}")), "{head}");
        assert!(rest.contains(&format!("{said}</span>")), "{rest}");
    }
    let it = outcome(vec![warning], &[(Severity::Warning, "standard", 1_500)]);
    let html = spaced(&page(&contribution_of(Stage::Compared, vec![it])));
    assert_eq!(
        html.matches("1\u{202f}500 avertissements").count(),
        2,
        "{html}"
    );
}

#[test]
fn a_question_has_no_option_of_a_command_line() {
    let choice = |value: &str| Choice {
        value: value.to_owned(),
        label: value.to_owned(),
    };
    let mut it = outcome(Vec::new(), &[]);
    it.state = State::Asked;
    it.questions = vec![Question {
        option: "crs".to_owned(),
        text: "Quel système, sans --crs ?".to_owned(),
        choices: (3947..3961).map(|code| choice(&code.to_string())).collect(),
    }];
    let html = page(&contribution_of(Stage::Asked, vec![it]));
    let said = "Quel système, sans l’option « Système de coordonnées » ?";
    assert!(
        html.contains(&format!("<select name=\"crs\" aria-label=\"{said}\"")),
        "{html}"
    );
    assert!(!html.contains("--crs"), "{html}");
}
