//! The words around a reference, and what each announces.

use super::lex::{Shape, Token};
use super::silent::silent;

/// What a word announces.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Announces {
    /// A section follows.
    Section,
    /// A parcel's number follows.
    Number,
    /// A prefix follows.
    Prefix,
    /// The commune's code follows, of five characters or its last three.
    Commune,
    /// The département's code follows.
    Department,
    /// The arrondissement's three digits follow.
    Arrondissement,
    /// A value of no use follows, or several.
    Other,
    /// The number of a document may follow.
    Plan,
    /// A telephone number follows.
    Phone,
    /// An area follows.
    Area,
    /// A zone of the plan may follow.
    Zone,
    /// The name of a place follows.
    Place,
    /// Only a part of the parcel before.
    Part,
    /// Another reference instead of the one before.
    Or,
    /// Nothing.
    Nothing,
}

const SECTION: [&str; 9] = [
    "SECTION",
    "SECTIONS",
    "SECT",
    "SECTS",
    "SEC",
    "CCOSEC",
    "SEC_CADASTRE",
    "CODE_SECTION",
    "SECTION_CADASTRALE",
];
const NUMBER: [&str; 14] = [
    "NUMERO",
    "NUMEROS",
    "NUM",
    "NUMS",
    "NRO",
    "NROS",
    "NOS",
    "DNUPLA",
    "NUM_CADASTRE",
    "NUM_PARCELLE",
    "NUMERO_PARCELLE",
    "NO_PARCELLE",
    "PARC",
    "PCL",
];
const PREFIX: [&str; 6] = [
    "PREFIXE",
    "PREFIXES",
    "PREF",
    "COM_ABS",
    "CCOPRE",
    "PREFIXE_SECTION",
];
const COMMUNE: [&str; 12] = [
    "INSEE",
    "CODE_INSEE",
    "CODEINSEE",
    "CODE_COMMUNE",
    "CODE_COM",
    "COMMUNE",
    "COM",
    "CCOCOM",
    "COMMUNE_INSEE",
    "INSEE_COM",
    "COMM",
    "DEPCOM",
];
const DEPARTMENT: [&str; 6] = ["CODE_DEP", "CCODEP", "DEP", "DEPT", "DPT", "DEPARTEMENT"];
const OTHER: [&str; 47] = [
    "CAVE",
    "CAVES",
    "PARKING",
    "GARAGE",
    "BOX",
    "ARTICLE",
    "ARTICLES",
    "ART",
    "CERFA",
    "PAGE",
    "DIA",
    "CEDEX",
    "OAP",
    "RESERVE",
    "RESERVES",
    "LOT",
    "LOTS",
    "VOLUME",
    "VOLUMES",
    "FEUILLE",
    "FEUILLES",
    "CCODIR",
    "SHEET",
    "QUARTIER",
    "ECHELLE",
    "BATIMENT",
    "BATIMENTS",
    "BAT",
    "BATS",
    "ILOT",
    "ILOTS",
    "TRANCHE",
    "PHASE",
    "CAGE",
    "ESCALIER",
    "ESC",
    "ETAGE",
    "NIVEAU",
    "APPARTEMENT",
    "APPARTEMENTS",
    "APPT",
    "APT",
    "PORTE",
    "PLANCHE",
    "PLANCHES",
    "ANNEXE",
    "ANNEXES",
];
const PLAN: [&str; 7] = [
    "PLAN", "PLANS", "PIECE", "PIECES", "DOSSIER", "AFFAIRE", "COURRIER",
];
const PHONE: [&str; 6] = ["TEL", "TELEPHONE", "PORTABLE", "MOBILE", "FAX", "CONTACT"];
const AREA: [&str; 13] = [
    "EMPRISE",
    "EMPRISES",
    "SDP",
    "SHON",
    "SHOB",
    "SUPERFICIE",
    "SUPERFICIES",
    "SURFACE",
    "SURFACES",
    "CONTENANCE",
    "CONTENANCES",
    "SURF",
    "DCNTPA",
];
const PLACE: [&str; 12] = [
    "COPROPRIETE",
    "COPRO",
    "LIEUDIT",
    "LIEUDITS",
    "LIEU",
    "LIEUX",
    "ZAC",
    "ZAE",
    "ZAD",
    "SECTEUR",
    "VILLAGE",
    "DOMAINE",
];
const PART: [&str; 15] = [
    "TOTALITE",
    "INTEGRALITE",
    "ENTIERETE",
    "ENTIER",
    "MOITIE",
    "SURPLUS",
    "INDIVIS",
    "INDIVISE",
    "INDIVISION",
    "PARTIE",
    "PARTIES",
    "PIE",
    "PTIE",
    "PARTIELLE",
    "PARTIELLEMENT",
];
/// Words of an address.
const STREETS: [&str; 26] = [
    "RUE",
    "AVENUE",
    "AV",
    "AVE",
    "BD",
    "BOULEVARD",
    "BLVD",
    "PLACE",
    "PL",
    "CHEMIN",
    "CHE",
    "IMPASSE",
    "IMP",
    "ALLEE",
    "ALLEES",
    "QUAI",
    "ROUTE",
    "RTE",
    "SQUARE",
    "COURS",
    "PASSAGE",
    "VENELLE",
    "HAMEAU",
    "RESIDENCE",
    "LOTISSEMENT",
    "ESPLANADE",
];

/// What a word announces; none for a word that is not known.
pub(super) fn announces(token: &Token) -> Option<Announces> {
    let lists: [(&[&str], Announces); 13] = [
        (&SECTION, Announces::Section),
        (&NUMBER, Announces::Number),
        (&PREFIX, Announces::Prefix),
        (&COMMUNE, Announces::Commune),
        (&DEPARTMENT, Announces::Department),
        (&["CODE_ARR"], Announces::Arrondissement),
        (&OTHER, Announces::Other),
        (&PLAN, Announces::Plan),
        (&PHONE, Announces::Phone),
        (&AREA, Announces::Area),
        (&["ZONE", "ZONES", "ZONAGE"], Announces::Zone),
        (&PLACE, Announces::Place),
        (&PART, Announces::Part),
    ];
    let found = lists
        .iter()
        .find(|(words, _)| token.among(words))
        .map(|(_, announced)| *announced);
    found.or_else(|| {
        if token.among(&["OU", "DEVENU", "DEVENUE", "DEVENUES"]) {
            return Some(Announces::Or);
        }
        // Articles and prepositions of one letter, and « à ».
        let small = token.says("A") && token.accent;
        (small || token.is(Shape::Word) && silent(&token.text)).then_some(Announces::Nothing)
    })
}

/// Whether a word says nothing: it may be a name.
pub(super) fn strange(token: &Token) -> bool {
    token.is(Shape::Word) && token.text.len() > 2 && announces(token).is_none()
}

/// Whether references are announced there: what stands before may be prose.
pub(super) fn anchors(token: &Token) -> bool {
    token.is(Shape::Word)
        && (token.text.starts_with("CADASTR")
            || token.text.starts_with("PARCELLE")
            || token.text.starts_with("REFERENCE")
            || token.among(&SECTION[..5])
            || token.says("TERRAIN"))
}

/// Whether a word closes a letter.
pub(super) fn closes(token: &Token) -> bool {
    token.among(&[
        "MERCI",
        "REMERCIE",
        "REMERCIONS",
        "CORDIALEMENT",
        "SALUTATIONS",
        "RESPECTUEUSEMENT",
        "BIEN",
        "CDLT",
        "BONNE",
        "SINCEREMENT",
    ])
}

/// Whether a word says that a person, or a firm, is named.
pub(super) fn person(token: &Token) -> bool {
    token.among(&[
        "M",
        "MR",
        "MM",
        "MME",
        "MMES",
        "MLLE",
        "MONSIEUR",
        "MADAME",
        "MESSIEURS",
        "MAITRE",
        "ME",
        "CONSORTS",
        "EPOUX",
        "FAMILLE",
        "SCI",
        "SARL",
        "SAS",
        "SA",
        "SNC",
        "EURL",
        "SOCIETE",
        "DEMANDEUR",
        "DEMANDEURS",
        "PETITIONNAIRE",
        "PROPRIETAIRE",
        "PROPRIETAIRES",
        "NOTAIRE",
        "ARCHITECTE",
        "GEOMETRE",
        "VENDEUR",
        "ACQUEREUR",
        "INDIVISION",
    ])
}

/// Whether a word is one of an address.
pub(super) fn street(token: &Token) -> bool {
    token.among(&STREETS)
}
