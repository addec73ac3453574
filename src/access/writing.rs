//! Who may contribute, and where: «a credential writes inside its scope only» (DESIGN, «Who sees
//! what»). Pure.

use crate::catalogue::{Audience, Layer, Scope};
use crate::model::{
    Caller, Contribution, Credential, Insee, Level, Problem, Reach, Role, Roles, Writer,
};

/// Lets in whoever may contribute somewhere: the role contributor or administrator, of a commune
/// whose adhesion is of level `outils`.
///
/// # Errors
/// 401 without a credential, 403 with one that does not suffice, 503 while nobody can tell.
pub fn contributor(caller: &Caller) -> Result<&Credential, Problem> {
    let held = caller.credential().ok_or(Problem::Unauthorized)?;
    if held.level != Level::Outils {
        return Err(Problem::Forbidden(
            "this commune's adhesion is of level « portail »: contributing asks for level \
             « outils »"
                .to_owned(),
        ));
    }
    if !contributes(held.roles) {
        return Err(Problem::Forbidden(
            "contributing asks for the role « contributor », which this credential does not have"
                .to_owned(),
        ));
    }
    if held.stale {
        return Err(super::unsure());
    }
    Ok(held)
}

fn contributes(roles: Roles) -> bool {
    roles.has(Role::Contributor) || roles.has(Role::Administrator)
}

/// Why a delivery may not be written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotWritable {
    /// The writer does not contribute, or no longer.
    Role,
    /// The layer is restricted to a role that the writer does not have.
    Layer,
    /// The scope, or a row of it, lies outside the writer's reach.
    Reach,
}

/// Whether a writer may replace a scope of a layer. `communes` are those of the rows, which count
/// where rows merge by key into one scope for all.
///
/// A sheet and a commune belong to the commune whose INSEE code they begin with, a planning
/// document to the commune or the EPCI whose code its `idurba` begins with; partitions,
/// perimeters and documents of the EPCI are the territory's.
///
/// # Errors
/// Why not.
pub fn may_write<'a>(
    writer: &Writer,
    layer: &Layer,
    scope: &str,
    mut communes: impl Iterator<Item = &'a str>,
) -> Result<(), NotWritable> {
    let has = |role| writer.roles.has(role);
    if !contributes(writer.roles) {
        return Err(NotWritable::Role);
    }
    if layer.audience == Audience::Restricted && !layer.role.is_some_and(has) {
        return Err(NotWritable::Layer);
    }
    let inside = match &writer.reach {
        Reach::Territory => true,
        reach => match layer.scope {
            Scope::Commune | Scope::Feuille => commune_of(scope).is_some_and(|it| reach.holds(it)),
            Scope::Document => {
                let first = scope.split('_').next().unwrap_or("");
                first.len() == 5 && commune_of(first).is_some_and(|it| reach.holds(it))
            }
            Scope::Partition | Scope::Territoire => false,
            Scope::Fusion => communes.all(|commune| reach.holds(commune)),
        },
    };
    if inside {
        Ok(())
    } else {
        Err(NotWritable::Reach)
    }
}

/// Whether a writer may write into a layer somewhere: a document may be a commune's own.
pub fn may_feed(writer: &Writer, layer: &Layer) -> bool {
    let has = |role| writer.roles.has(role);
    let alone = matches!(layer.scope, Scope::Partition | Scope::Territoire);
    let opens = layer.audience != Audience::Restricted || layer.role.is_some_and(has);
    contributes(writer.roles) && opens && (!alone || writer.reach == Reach::Territory)
}

/// The INSEE code that a scope begins with.
fn commune_of(scope: &str) -> Option<&str> {
    let code = scope.get(..5)?;
    code.parse::<Insee>().is_ok().then_some(code)
}

/// Whether a credential sees a contribution for these layers: one of its communes is among the
/// author's. Where rows or fields are not for everybody, all of the author's communes are its own
/// and it has the role, or the contribution is its own: reports repeat values.
pub fn sees(held: &Credential, contribution: &Contribution, layers: &[&Layer]) -> bool {
    let author = &contribution.author;
    let own = held.key.is_some() && held.key == author.key;
    let asked: Vec<Option<Role>> = layers
        .iter()
        .filter_map(|layer| {
            if layer.audience == Audience::Restricted {
                Some(layer.role)
            } else {
                layer.personal_fields().next().map(|_| layer.personal_role)
            }
        })
        .collect();
    let has_all = asked
        .iter()
        .all(|role| role.is_some_and(|role| held.roles.has(role)));
    if asked.is_empty() || own {
        meets(&held.reach, &author.reach)
    } else {
        has_all && decides(held, contribution)
    }
}

fn meets(reach: &Reach, theirs: &Reach) -> bool {
    match (reach, theirs) {
        (Reach::Territory, _) => true,
        (_, Reach::Territory) => false,
        (reach, Reach::Communes(theirs)) => theirs.iter().any(|it| reach.holds(it.as_str())),
    }
}

/// Whether a credential may decide on a contribution: answer, publish, take away.
pub fn decides(held: &Credential, contribution: &Contribution) -> bool {
    match (&held.reach, &contribution.author.reach) {
        (Reach::Territory, _) => true,
        (_, Reach::Territory) => false,
        (reach, Reach::Communes(theirs)) => theirs.iter().all(|it| reach.holds(it.as_str())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue::Catalogue;
    use crate::model::{Stage, Through, Wishes};

    fn writer(roles: &[Role], reach: &str) -> Writer {
        Writer {
            label: "essai".to_owned(),
            key: Some(7),
            roles: roles.iter().copied().collect(),
            reach: reach.parse().expect("a reach"),
        }
    }

    fn held(roles: &[Role], reach: &str, level: Level) -> Credential {
        Credential {
            key: Some(1),
            label: "essai".to_owned(),
            roles: roles.iter().copied().collect(),
            reach: reach.parse().expect("a reach"),
            level,
            through: Through::Key,
            quota: None,
            stale: false,
        }
    }

    fn catalogue() -> Catalogue {
        Catalogue::read(std::path::Path::new("layers")).expect("the shipped layers")
    }

    #[test]
    fn contributing_asks_for_the_role_and_the_second_level() {
        let asked = |caller: Caller| contributor(&caller).err();
        assert_eq!(asked(Caller::anonymous()), Some(Problem::Unauthorized));
        for (roles, level, passes) in [
            (&[Role::Contributor][..], Level::Outils, true),
            (&[Role::Administrator], Level::Outils, true),
            (&[Role::Contributor], Level::Portail, false),
            (&[Role::Member, Role::Instructor], Level::Outils, false),
        ] {
            let refused = asked(Caller::with(held(roles, "44018", level)));
            assert_eq!(refused.is_none(), passes, "{roles:?} {level:?}");
            assert!(matches!(refused, None | Some(Problem::Forbidden(_))));
        }
    }

    #[test]
    fn a_credential_writes_inside_its_scope_only() {
        let catalogue = catalogue();
        let may = |reach: &str, layer: &str, scope: &str, rows: &[&str]| {
            let writer = writer(&[Role::Contributor], reach);
            let layer = catalogue.get(layer).expect("a layer");
            may_write(&writer, layer, scope, rows.iter().copied())
        };
        let outside = Err(NotWritable::Reach);
        for (reach, layer, scope, rows, expected) in [
            ("44018", "parcelles", "44018000AB01", &[][..], Ok(())),
            ("44018", "parcelles", "44109000AB01", &[], outside),
            ("44018,44109", "adresses", "44109", &[], Ok(())),
            ("44018", "adresses", "44", &[], outside),
            ("44018", "adresses", "4401é", &[], outside),
            ("44109", "plum-zonage", "44109_PLU_20200101", &[], Ok(())),
            ("44018", "plum-zonage", "44109_PLU_20200101", &[], outside),
            (
                "44109",
                "plum-zonage",
                "244400404_PLUI_20250101",
                &[],
                outside,
            ),
            (
                "territoire",
                "plum-zonage",
                "244400404_PLUI_20250101",
                &[],
                Ok(()),
            ),
            ("44109", "servitudes", "110068012_PM3_28", &[], outside),
            ("44109", "servitudes", "44109_PM3_28", &[], outside),
            ("44109", "transports-scolaires", "territoire", &[], outside),
            (
                "territoire",
                "transports-scolaires",
                "territoire",
                &[],
                Ok(()),
            ),
            (
                "44109",
                "dossiers-ads",
                "territoire",
                &["44109", "44109"],
                Ok(()),
            ),
            (
                "44109",
                "dossiers-ads",
                "territoire",
                &["44109", "44018"],
                outside,
            ),
        ] {
            assert_eq!(
                may(reach, layer, scope, rows),
                expected,
                "{reach} {layer} {scope}"
            );
        }
    }

    #[test]
    fn restricted_layers_ask_for_their_role_too() {
        let catalogue = catalogue();
        let cameras = catalogue.get("cameras-csu").expect("a layer");
        let may = |roles: &[Role]| {
            may_write(
                &writer(roles, "44109"),
                cameras,
                "44109",
                std::iter::empty(),
            )
        };
        assert_eq!(may(&[Role::Contributor]), Err(NotWritable::Layer));
        assert_eq!(may(&[Role::Csu]), Err(NotWritable::Role));
        assert_eq!(may(&[Role::Contributor, Role::Csu]), Ok(()));
        let territory = Writer::territory("ligne de commande");
        assert_eq!(
            may_write(&territory, cameras, "44109", std::iter::empty()),
            Ok(())
        );
    }

    fn contribution(reach: &str) -> Contribution {
        Contribution {
            id: 1,
            stage: Stage::Received,
            author: writer(&[Role::Contributor], reach),
            title: String::new(),
            wishes: Wishes::default(),
            files: Vec::new(),
            sha256: String::new(),
            bytes: 0,
            kept: true,
            received: Default::default(),
            changed: Default::default(),
            outcomes: Vec::new(),
            revision: 0,
            publisher: None,
            message: String::new(),
            progress: None,
        }
    }

    #[test]
    fn neighbours_see_what_concerns_them_and_decide_on_what_is_all_theirs() {
        let catalogue = catalogue();
        let layer = |id: &str| catalogue.get(id).expect("a layer");
        let (parcels, cameras) = (layer("parcelles"), layer("cameras-csu"));
        let files = layer("dossiers-ads");
        let of = |roles: &[Role], reach: &str| held(roles, reach, Level::Outils);
        let team = contribution("44018,44020");
        let one = of(&[Role::Contributor], "44018");
        assert!(sees(&one, &team, &[parcels]) && !decides(&one, &team));
        assert!(!sees(&of(&[Role::Contributor], "44109"), &team, &[]));
        assert!(sees(
            &of(&[Role::Administrator], "territoire"),
            &team,
            &[parcels]
        ));
        assert!(!sees(&one, &contribution("territoire"), &[parcels]));
        // What is not for everybody: the role, and all of the communes.
        let both = of(&[Role::Contributor, Role::Csu], "44018,44020");
        assert!(sees(&both, &team, &[cameras]) && decides(&both, &team));
        assert!(!sees(
            &of(&[Role::Contributor, Role::Csu], "44018"),
            &team,
            &[cameras]
        ));
        assert!(!sees(
            &of(&[Role::Contributor], "44018,44020"),
            &team,
            &[cameras]
        ));
        assert!(!sees(
            &of(&[Role::Contributor], "44018,44020"),
            &team,
            &[files]
        ));
        assert!(sees(
            &of(&[Role::Instructor], "44018,44020"),
            &team,
            &[files]
        ));
        // The author has read its own file.
        let mut author = of(&[Role::Contributor], "44018,44020");
        author.key = Some(7);
        assert!(sees(&author, &team, &[files]));
    }
}
