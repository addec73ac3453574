//! What the demonstration says when it serves: where to look, the keys, and what to try.

use std::net::SocketAddr;

use crate::demo::DemoKey;
use crate::model::{Level, Role};

/// The text, for the terminal that started it.
pub fn welcome(address: SocketAddr, keys: &[DemoKey]) -> String {
    let base = format!("http://{address}");
    format!(
        "
Géonantes serves {base}

  the map           {base}/carte
  the collections   {base}/collections
  the interface     {base}/api
  sign in           {base}/connexion     with a key below, then:
  use               {base}/usage         a year of it, invented
  the networks      {base}/reseaux       referents, invented
  contributions     {base}/contributions     drop a file, read the report, publish
{}
In QGIS: Layer > Add Layer > Add WFS / OGC API - Features Layer, New, URL {base}
         version « OGC API - Features », then choose communes or parcelles.
         With a key: Authentication > Basic, any user name, the key as password.
         Vector tiles: Layer > Add Vector Tile Layer, New generic connection,
         {base}/tiles/parcelles/{{z}}/{{x}}/{{y}}.mvt, zooms 10 to 16.
In a terminal: ogrinfo -so OAPIF:{base} communes
{}
Ctrl-C stops the server and its database.",
        table(keys),
        examples(&base, keys) + &contributing(&base, keys),
    )
}

/// One key a line: role, key, whose, what it opens.
fn table(keys: &[DemoKey]) -> String {
    if keys.is_empty() {
        return String::new();
    }
    let wide = keys.iter().map(|key| key.whose.chars().count()).max();
    let wide = wide.unwrap_or(0);
    let lines = keys.iter().map(|key| {
        format!(
            "  {:13}  {}  {:wide$}  {}\n",
            key.role.as_str(),
            key.key.key.reveal(),
            key.whose,
            opens(key)
        )
    });
    format!(
        "
Keys, one a role. Each start makes new ones and revokes those of the start before: only their
hashes are kept, so that they cannot be shown again.

{}",
        lines.collect::<String>()
    )
}

fn opens(key: &DemoKey) -> &'static str {
    if key.level == Level::Portail {
        return "signs in at /connexion, and nothing else (adhesion « portail »)";
    }
    match key.role {
        Role::Member => "archive sites, networks, its own use",
        Role::Instructor => "names of applicants in the ADS files",
        Role::Contributor => "contributes data of its commune at /contributions",
        Role::Finance => "its own use and costs",
        Role::Administrator => "every commune's use",
        Role::Csu => "cameras of the CSU",
        Role::Craiol => "sectors of the CRAIOL",
        Role::Application => "what a mobile application reads",
    }
}

/// Lines to paste, with the first key that goes outside the portal.
fn examples(base: &str, keys: &[DemoKey]) -> String {
    let member = keys
        .iter()
        .find(|key| key.role == Role::Member && key.level == Level::Outils);
    let Some(member) = member else {
        return String::new();
    };
    let key = member.key.key.reveal();
    format!(
        "With the member's key:
  curl -H 'X-API-Key: {key}' '{base}/collections/sites-archives/items?limit=2'
  GDAL_HTTP_USERPWD='demo:{key}' ogrinfo -so OAPIF:{base} sites-archives
  curl -H 'X-API-Key: {key}' '{base}/reseaux.csv'
"
    )
}

/// Lines to paste that take what is published of a commune and send it back, for a contributor.
fn contributing(base: &str, keys: &[DemoKey]) -> String {
    let contributor = keys.iter().find(|key| key.role == Role::Contributor);
    let Some((key, commune)) = contributor.and_then(|key| Some((key, key.reach.single()?))) else {
        return String::new();
    };
    let key = key.key.key.reveal();
    format!(
        "A contribution, with the contributor's key: take what is published, change it, send it.
  curl -o ecoles.geojson '{base}/collections/ecoles/items?limit=1000&commune={commune}'
  curl -H 'X-API-Key: {key}' -F to=ecoles -F fichier=@ecoles.geojson {base}/contributions
"
    )
}
