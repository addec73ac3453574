//! The mappings that come with the program: `mappings/*.toml`.

/// A mapping and the name by which it is asked for.
#[derive(Debug, Clone, Copy)]
pub struct Shipped {
    /// The name.
    pub name: &'static str,
    /// What it reads, in French.
    pub title: &'static str,
    /// Its TOML.
    pub(super) text: &'static str,
}

macro_rules! shipped {
    ($($name:literal: $title:literal),+ $(,)?) => {
        /// Every one.
        pub const SHIPPED: &[Shipped] = &[$(Shipped {
            name: $name,
            title: $title,
            text: include_str!(concat!("../../../mappings/", $name, ".toml")),
        }),+];
    };
}

shipped! {
    "openads": "openADS, export des dossiers",
    "sitadel-logements": "SITADEL, autorisations créant des logements",
    "sitadel-locaux": "SITADEL, autorisations créant des locaux non résidentiels",
    "sitadel-pa": "SITADEL, permis d’aménager",
    "sitadel-pd": "SITADEL, permis de démolir",
}
