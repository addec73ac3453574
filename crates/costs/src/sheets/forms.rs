//! The sheets of an exercise, and their columns.

use super::form::{Column, Form, Kind, Owner, Role, Shape, Target};

const fn column(field: &'static str, heading: &'static str, kind: Kind, role: Role) -> Column {
    Column {
        field,
        heading,
        kind,
        role,
    }
}

const fn field(name: &'static str, heading: &'static str, kind: Kind) -> Column {
    column(name, heading, kind, Role::Field)
}

const fn of(name: &'static str, heading: &'static str) -> Column {
    column(name, heading, Kind::Name, Role::Belongs)
}

const fn number(heading: &'static str) -> Column {
    column("number", heading, Kind::Name, Role::Names)
}

const SERVICE: Column = of("service", "Service");
const FROM: Column = field("from", "Du", Kind::Date);
const UNTIL: Column = field("until", "Au (inclus)", Kind::Date);
const SHARE: Column = field("share", "Part du temps", Kind::Number);
const LABEL: Column = field("label", "Libellé", Kind::Text);
const SOURCE: Column = field("source", "Source", Kind::Text);
const AMOUNT: Column = field("amount", "Montant (€)", Kind::Amount);
const ANNUAL: Column = field("annual_cost", "Coût annuel (€)", Kind::Amount);
const PAID: Column = field("paid", "Payé dans l’année (€)", Kind::Amount);
const MODE: Column = field("mode", "Prise en compte", Kind::Name);
const YEARS: Column = field("years", "Nombre d’annuités", Kind::Number);
const SINCE: Column = field("since", "Première annuité", Kind::Number);

const fn list(owner: Owner, at: &'static str, owns: Option<Owner>) -> Target {
    Target {
        chosen: None,
        owner,
        at,
        shape: Shape::List,
        owns,
    }
}

const fn map(owner: Owner, at: &'static str, name: &'static str, value: &'static str) -> Target {
    Target {
        chosen: None,
        owner,
        at,
        shape: Shape::Map(name, value),
        owns: None,
    }
}

const fn spent(kind: &'static str, shape: Shape) -> Target {
    Target {
        chosen: Some(kind),
        owner: Owner::Service,
        at: kind,
        shape,
        owns: None,
    }
}

/// The sheets, those that others belong to first.
pub(super) static FORMS: &[Form] = &[
    Form {
        sheet: "exercice",
        id: "exercise",
        columns: &[
            field("year", "Année", Kind::Number),
            field("title", "Titre", Kind::Text),
            field("state", "État", Kind::Name),
            field("fctva_rate", "Taux de FCTVA", Kind::Number),
            field("recovery", "Recouvrement", Kind::Name),
            field("instalments", "Nombre d’acomptes", Kind::Number),
            field("population.base", "Population", Kind::Name),
            field(
                "population.vintage",
                "Millésime de la population",
                Kind::Number,
            ),
            field("population.source", "Source de la population", Kind::Text),
            field("note", "Note", Kind::Text),
        ],
        targets: &[Target {
            chosen: None,
            owner: Owner::Exercise,
            at: "",
            shape: Shape::Itself,
            owns: None,
        }],
    },
    Form {
        sheet: "communes",
        id: "communes",
        columns: &[
            field("insee", "Code INSEE", Kind::Code),
            field("name", "Commune", Kind::Text),
            field("population", "Habitants", Kind::Number),
            SOURCE,
        ],
        targets: &[list(Owner::Exercise, "communes", None)],
    },
    Form {
        sheet: "services",
        id: "services",
        columns: &[
            field("id", "Identifiant", Kind::Name),
            field("title", "Intitulé", Kind::Text),
            field("key.kind", "Clé", Kind::Name),
            field(
                "own_use_rate",
                "Taux d’usage propre de la métropole",
                Kind::Number,
            ),
            field(
                "metropolitan.threshold",
                "Seuil de solidarité (communes)",
                Kind::Number,
            ),
            field("metropolitan.rate", "Taux de solidarité", Kind::Number),
            field(
                "overhead_rate",
                "Taux de charges de structure",
                Kind::Number,
            ),
            field(
                "overhead_on_digital_staff",
                "Charges de structure sur les agents DRN",
                Kind::Truth,
            ),
            field("recovery", "Recouvrement", Kind::Name),
            SOURCE,
            field("note", "Note", Kind::Text),
            field("key.note", "Note sur la clé", Kind::Text),
        ],
        targets: &[list(Owner::Exercise, "services", Some(Owner::Service))],
    },
    Form {
        sheet: "études",
        id: "study",
        columns: &[
            SERVICE,
            field("step", "Étape", Kind::Name),
            field("state", "Avancement", Kind::Name),
            field("on", "Terme", Kind::Date),
            field("note", "Note", Kind::Text),
        ],
        targets: &[list(Owner::Service, "study", None)],
    },
    Form {
        sheet: "niveaux",
        id: "level_weights",
        columns: &[
            SERVICE,
            field("level", "Niveau", Kind::Name),
            field("weight", "Coefficient", Kind::Number),
        ],
        targets: &[map(Owner::Service, "level_weights", "level", "weight")],
    },
    Form {
        sheet: "membres",
        id: "members",
        columns: &[
            SERVICE,
            field("insee", "Code INSEE", Kind::Code),
            FROM,
            UNTIL,
            field("level", "Niveau", Kind::Number),
            field("note", "Note", Kind::Text),
        ],
        targets: &[list(Owner::Service, "members", None)],
    },
    Form {
        sheet: "agents",
        id: "agents",
        columns: &[
            SERVICE,
            number("N° de l’agent"),
            field("id", "Identifiant", Kind::Name),
            field("label", "Poste", Kind::Text),
            field("status", "Statut", Kind::Name),
            field("posts", "Nombre de postes", Kind::Number),
            ANNUAL,
            PAID,
        ],
        targets: &[list(Owner::Service, "agents", Some(Owner::Agent))],
    },
    Form {
        sheet: "périodes",
        id: "periods",
        columns: &[SERVICE, of("agent", "N° de l’agent"), SHARE, FROM, UNTIL],
        targets: &[list(Owner::Agent, "periods", None)],
    },
    Form {
        sheet: "dépenses",
        id: "expenses",
        columns: &[
            SERVICE,
            column("kind", "Nature", Kind::Name, Role::Chooses),
            LABEL,
            AMOUNT,
            MODE,
            YEARS,
            SINCE,
            SOURCE,
        ],
        targets: &[
            spent("operating", Shape::List),
            spent("investment", Shape::List),
            spent("maintenance", Shape::One),
            spent("hosting", Shape::One),
        ],
    },
    Form {
        sheet: "recettes",
        id: "receipts",
        columns: &[SERVICE, LABEL, AMOUNT, SOURCE],
        targets: &[list(Owner::Service, "receipts", None)],
    },
    Form {
        sheet: "projets numériques",
        id: "digital_projects",
        columns: &[
            SERVICE,
            number("N° du projet"),
            LABEL,
            field("setup_from", "Mise en place du", Kind::Date),
            field("setup_until", "Mise en place au (inclus)", Kind::Date),
        ],
        targets: &[list(
            Owner::Service,
            "digital_projects",
            Some(Owner::Project),
        )],
    },
    Form {
        sheet: "agents des projets",
        id: "staff",
        columns: &[
            SERVICE,
            of("project", "N° du projet"),
            field("id", "Identifiant", Kind::Name),
            field("label", "Poste", Kind::Text),
            ANNUAL,
            PAID,
            SHARE,
            FROM,
            UNTIL,
        ],
        targets: &[list(Owner::Project, "staff", None)],
    },
    Form {
        sheet: "parts de clés",
        id: "parts",
        columns: &[
            SERVICE,
            number("N° de la part"),
            field("kind", "Clé", Kind::Name),
            field("part", "Part", Kind::Number),
        ],
        targets: &[list(Owner::Service, "key.parts", Some(Owner::Part))],
    },
    Form {
        sheet: "unités",
        id: "units",
        columns: &[
            SERVICE,
            of("part", "N° de la part de clé"),
            field("name", "Code INSEE ou autre nom", Kind::Code),
            field("units", "Unités", Kind::Number),
        ],
        targets: &[
            map(Owner::Service, "key.units", "name", "units"),
            map(Owner::Part, "units", "name", "units"),
        ],
    },
    Form {
        sheet: "montants",
        id: "amounts",
        columns: &[SERVICE, field("insee", "Code INSEE", Kind::Code), AMOUNT],
        targets: &[map(Owner::Service, "key.amounts", "insee", "amount")],
    },
    Form {
        sheet: "tarifs",
        id: "lines",
        columns: &[
            SERVICE,
            number("N° du tarif"),
            LABEL,
            field("price", "Prix (€)", Kind::Amount),
        ],
        targets: &[list(Owner::Service, "key.lines", Some(Owner::Price))],
    },
    Form {
        sheet: "quantités",
        id: "quantities",
        columns: &[
            SERVICE,
            of("line", "N° du tarif"),
            field("insee", "Code INSEE", Kind::Code),
            field("quantity", "Quantité", Kind::Number),
        ],
        targets: &[map(Owner::Price, "quantities", "insee", "quantity")],
    },
    Form {
        sheet: "contrats",
        id: "contracts",
        columns: &[
            number("N° du contrat"),
            LABEL,
            AMOUNT,
            field("kind", "Nature", Kind::Name),
            MODE,
            YEARS,
            SINCE,
            SOURCE,
        ],
        targets: &[list(Owner::Exercise, "contracts", Some(Owner::Contract))],
    },
    Form {
        sheet: "répartition des contrats",
        id: "split",
        columns: &[
            of("contract", "N° du contrat"),
            field("service", "Service", Kind::Name),
            field("weight", "Poids", Kind::Number),
        ],
        targets: &[map(Owner::Contract, "split", "service", "weight")],
    },
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_told_apart() {
        for (at, form) in FORMS.iter().enumerate() {
            // Excel's limit, in characters.
            assert!(form.sheet.chars().count() <= 31, "{}", form.sheet);
            let others = &FORMS[at + 1..];
            assert!(
                !others
                    .iter()
                    .any(|other| other.sheet == form.sheet || other.id == form.id)
            );
            for (at, column) in form.columns.iter().enumerate() {
                let others = &form.columns[at + 1..];
                let same =
                    |other: &Column| other.field == column.field || other.heading == column.heading;
                assert!(!others.iter().any(same), "{} {}", form.sheet, column.field);
            }
        }
    }
}
