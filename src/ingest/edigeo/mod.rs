//! EDIGEO: the cadastre, one exchange a sheet, any number of sheets in one delivery.

pub mod exchange;
mod placing;
mod recognise;
pub mod shapes;
pub mod sheet;

#[cfg(test)]
mod tests;

pub use recognise::recognise;

use crate::model::Srid;

/// EPSG code of the reference systems that cadastral exchanges name (NF Z 52000, annex B.8, and
/// the codes of IGN's registry that the DGFiP writes).
pub fn reference(relation: &str) -> Option<Srid> {
    let name = relation.trim().to_uppercase();
    let code = match name.as_str() {
        "LAMB93" | "RGF93LAMB93" | "RGF93LCC" => 2154,
        "LAMB1" => 27561,
        "LAMB2" => 27562,
        "LAMB3" => 27563,
        "LAMB4" => 27564,
        "LAMB1C" => 27571,
        "LAMB2C" | "LAMBE" => 27572,
        "LAMB3C" => 27573,
        "LAMB4C" => 27574,
        "RGR92UTM40S" | "RGR92UTM" => 2975,
        "RGAF09UTM20" | "RGAF09UTM" => 5490,
        "WGS84UTM20" | "UTM20W84GUAD" | "UTM20W84MART" => 32620,
        "GUAD48UTM20" => 2970,
        "MART38UTM20" => 2973,
        "RGFG95UTM22" | "RGFG95UTM" => 2972,
        "RGM04UTM38S" | "RGM04UTM" => 4471,
        "RGSPM06U21" | "RGSPM06UTM21" => 4467,
        _ => {
            let zone: i32 = name.strip_prefix("RGF93CC")?.parse().ok()?;
            return (42..=50).contains(&zone).then_some(Srid(3900 + zone));
        }
    };
    Some(Srid(code))
}
