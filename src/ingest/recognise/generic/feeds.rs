//! Feeds of the source layers that were chosen, with what is known of their encoding, reference
//! system and columns; what is not known is asked.

use std::collections::BTreeMap;
use std::sync::Arc;

use exchange::{Format, SourceLayer, first_point};

use super::shape::Columns;
use super::sources::{self, Opened};
use super::target::Fit;
use super::{drawing, filled, lines, located};
use crate::ingest::cadastre::Sheets;
use crate::ingest::crs::{self, Frames, How, Place, Spread};
use crate::ingest::encoding::detect;
use crate::ingest::position::Placed;
use crate::ingest::recognise::{Delivered, Recognised};
use crate::ingest::values::scope_field;
use crate::ingest::{Encoding, Feed, IngestError};
use crate::model::{Bbox, Choice, Finding, Question, Severity, Srid};

/// Makes the feeds.
pub(super) async fn make(
    given: Delivered<'_>,
    opened: &[Opened],
    fits: Vec<Fit>,
    made: &mut Recognised,
) -> Result<(), IngestError> {
    let several = fits.len() > 1;
    let mut published = BTreeMap::new();
    for fit in fits {
        let source = &opened[fit.dataset];
        let layer = &source.dataset.layers[fit.place];
        made.reading.push(head(source, layer, &fit));
        if layer.columns.is_empty() && layer.count == Some(0) {
            // Without features GeoJSON has no columns either.
            made.findings
                .push((Some(fit.layer.id.clone()), without_features(source)));
            continue;
        }
        let kind = layer.geometry.as_deref().unwrap_or_default().to_lowercase();
        if ["curve", "circular", "surface"]
            .iter()
            .any(|it| kind.contains(it))
            && !kind.contains("polyhedral")
        {
            let line = "Courbes : remplacées par des lignes brisées.";
            made.reading.push(line.to_owned());
        }
        let encoding = encoding(given, source, layer, &fit, made);
        let crs = system(given, source, layer, &fit, made).await?;
        let sheets = sheets(given, &fit, crs, &mut published).await?;
        let placed = !sheets.is_empty();
        filled::fields(given, source, layer, &fit, placed, made).await?;
        let (Some(encoding), Some(crs)) = (encoding, crs) else {
            continue;
        };
        let mut shape = shape(given, source, layer, &fit);
        shape.cadastre = fit.cadastre.clone().map(|cadastre| (cadastre, sheets));
        if layer.geometry.is_none() && fit.placed.is_none() {
            let id = &fit.layer.id;
            if source.format == Format::Dbase {
                // The table of a Shapefile that lost its shapes is not to be placed by chance.
                made.findings
                    .push((Some(id.clone()), without_shapes(source)));
                continue;
            }
            shape.places = located::locate(given, source, layer, encoding, id, made).await?;
        }
        let title = match several {
            true if source.has_folders() => format!("{} ({})", source.name, layer.name),
            true => source.name.clone(),
            false => String::new(),
        };
        made.feeds.push(Feed {
            layer: fit.layer.id.clone(),
            path: source.path.clone(),
            source: layer.name.clone(),
            encoding,
            crs,
            title,
            count: layer.count,
            shape: Box::new(shape),
        });
    }
    Ok(())
}

/// The published sheets, where they alone say which one a row is of; `known` are those read already.
async fn sheets(
    given: Delivered<'_>,
    fit: &Fit,
    crs: Option<Srid>,
    known: &mut BTreeMap<Srid, Arc<Sheets>>,
) -> Result<Arc<Sheets>, IngestError> {
    let wanted = fit.cadastre.as_ref().filter(|it| it.is_placed());
    let (Some(_), Some(crs), None) = (wanted, crs, &given.wishes.scope) else {
        return Ok(Arc::default());
    };
    if let Some(sheets) = known.get(&crs) {
        return Ok(sheets.clone());
    }
    let sheets = Arc::new(Sheets::new(given.store.sheets(given.catalogue, crs).await?));
    known.insert(crs, sheets.clone());
    Ok(sheets)
}

/// Systems that data are looked for in.
fn systems(given: Delivered<'_>) -> Vec<Srid> {
    let mut systems = crs::usual(given.territory);
    systems.extend(given.wishes.crs.filter(|srid| !systems.contains(srid)));
    systems
}

async fn frames(given: Delivered<'_>, systems: &[Srid]) -> Result<Frames, IngestError> {
    let found = given.store.territory_in(given.catalogue, systems).await?;
    Ok(Frames(found))
}

/// Where a system puts the data. Others are looked at where it puts them elsewhere, and only there:
/// setting up all of them takes PROJ half a second.
async fn place(given: Delivered<'_>, extent: Spread, srid: Srid) -> Result<Place, IngestError> {
    let systems = systems(given);
    if !systems.contains(&srid) {
        return Ok(Place::Near);
    }
    match frames(given, &[srid]).await?.place(extent, srid) {
        Place::Near => Ok(Place::Near),
        _ => Ok(frames(given, &systems).await?.place(extent, srid)),
    }
}

fn head(source: &Opened, layer: &SourceLayer, fit: &Fit) -> String {
    let count = match layer.count {
        Some(1) => ", 1 objet".to_owned(),
        Some(count) => format!(", {count} objets"),
        None => String::new(),
    };
    format!(
        "{} ({}), couche « {} »{count} → {}",
        source.name, source.dataset.driver, layer.name, fit.layer.title
    )
}

/// The encoding of the texts; nothing when the one that is wished for is none.
fn encoding(
    given: Delivered<'_>,
    source: &Opened,
    layer: &SourceLayer,
    fit: &Fit,
    made: &mut Recognised,
) -> Option<Encoding> {
    if let Some(name) = &given.wishes.encoding {
        let Some(encoding) = Encoding::named(name) else {
            made.questions.push(unknown_encoding(name));
            return None;
        };
        made.reading.push(format!(
            "Encodage : {} (indiqué par --encoding).",
            encoding.name()
        ));
        return Some(encoding);
    }
    let stated = sources::stated(layer.encoding.as_deref());
    let Some(bytes) = sources::evidence(source) else {
        return Some(stated.unwrap_or(Encoding::UTF_8));
    };
    let found = detect::detect(&bytes, stated);
    let how = match found.how {
        detect::How::Wanted | detect::How::Stated => "écrit dans le fichier",
        detect::How::Shown => "reconnu d’après les textes",
        detect::How::Denied => "d’après les textes, contre ce que dit le fichier",
    };
    made.reading
        .push(format!("Encodage : {} ({how}).", found.encoding.name()));
    if let (detect::How::Denied, Some(stated)) = (found.how, stated) {
        let finding = Finding::new(
            Severity::Warning,
            "encoding",
            format!(
                "{} dit être en {}, ses textes sont en {}.",
                source.name,
                stated.name(),
                found.encoding.name()
            ),
        )
        .advising("Vérifiez les accents ; --encoding impose un encodage.");
        made.findings.push((Some(fit.layer.id.clone()), finding));
    }
    Some(found.encoding)
}

fn unknown_encoding(name: &str) -> Question {
    let choice = |(value, label): (&str, &str)| Choice {
        value: value.to_owned(),
        label: label.to_owned(),
    };
    let usual = [
        ("utf-8", "UTF-8, la plupart des fichiers d’aujourd’hui"),
        ("cp1252", "Windows, Europe de l’Ouest"),
        ("iso-8859-15", "Latin 9"),
        ("cp850", "MS-DOS, anciens fichiers DBF"),
    ];
    Question {
        option: "encoding".to_owned(),
        text: format!("« {name} » n’est pas un encodage connu : lequel est-ce ?"),
        choices: usual.map(choice).to_vec(),
    }
}

/// The system of the coordinates; nothing when it must be asked, or is none.
async fn system(
    given: Delivered<'_>,
    source: &Opened,
    layer: &SourceLayer,
    fit: &Fit,
    made: &mut Recognised,
) -> Result<Option<Srid>, IngestError> {
    let extent = extent(layer, fit.placed);
    let told = fit.placed.and_then(|placed| placed.srid);
    let known = match (fit.placed, given.wishes.crs, told) {
        (Some(_), None, Some(srid)) => Some((srid, How::Columns)),
        (Some(_), None, None) => None,
        _ => crs::known(&source.dataset.driver, layer, given.wishes.crs),
    };
    if layer.geometry.is_none() && fit.placed.is_none() {
        // Addresses are placed in the storage system.
        return Ok(Some(given.store.srid()));
    }
    let Some((srid, how)) = known else {
        let named = layer
            .reference
            .as_ref()
            .map(|reference| (reference.name.as_str(), How::Stated));
        let usual = crs::usual(given.territory);
        let frames = frames(given, &systems(given)).await?;
        made.questions.push(frames.question(&usual, extent, named));
        return Ok(None);
    };
    if !given.store.knows(srid).await? {
        let name = format!("EPSG:{}", srid.0);
        let usual = crs::usual(given.territory);
        let frames = frames(given, &systems(given)).await?;
        made.questions
            .push(frames.question(&usual, extent, Some((&name, how))));
        return Ok(None);
    }
    made.reading.push(format!(
        "Système de référence : EPSG:{}, {} ({}).",
        srid.0,
        crs::title(srid),
        how.words()
    ));
    if let Some(extent) = extent
        && let Some(finding) = crs::finding(&place(given, extent, srid).await?, srid)
    {
        made.findings.push((Some(fit.layer.id.clone()), finding));
    }
    Ok(Some(srid))
}

/// Where the data are: as the file says, or as its first rows do.
fn extent(layer: &SourceLayer, placed: Option<Placed>) -> Option<Spread> {
    let Some(placed) = placed else {
        let [min_x, min_y, max_x, max_y] = layer.extent?;
        let whole = Bbox {
            min_x,
            min_y,
            max_x,
            max_y,
        };
        return Some(Spread::of(whole, &layer.starts));
    };
    let points = layer.sample.iter().filter_map(|row| {
        let wkb = placed.position.geometry(&row.cells).ok().flatten()?;
        first_point(&wkb)
    });
    let starts: Vec<_> = points.collect();
    let boxes = starts.iter().map(|(x, y)| Bbox {
        min_x: *x,
        min_y: *y,
        max_x: *x,
        max_y: *y,
    });
    Some(Spread::of(boxes.reduce(Bbox::union)?, &starts))
}

pub(super) fn without_features(source: &Opened) -> Finding {
    Finding::new(
        Severity::Error,
        "empty",
        format!("{} ne contient aucun objet.", source.name),
    )
    .advising("Vérifiez que l’export a bien pris les objets, et livrez de nouveau le fichier.")
}

fn without_shapes(source: &Opened) -> Finding {
    Finding::new(
        Severity::Error,
        "damaged",
        format!(
            "{} est un .dbf seul : le .shp, qui porte les géométries, manque.",
            source.name
        ),
    )
    .advising(
        "Livrez ensemble .shp, .shx, .dbf et .prj, par exemple dans un .zip ; si les objets sont à \
         placer par leur adresse, livrez un CSV ou un XLSX.",
    )
}

fn shape(given: Delivered<'_>, opened: &Opened, source: &SourceLayer, fit: &Fit) -> Columns {
    let layer = &fit.layer;
    let column = |place: usize| {
        let column = fit.matching.fields[place];
        column.map(|index| (index, source.columns[index].width))
    };
    let fields = layer.fields.iter().enumerate();
    let fields: Vec<_> = fields
        .map(|(place, field)| (field.name.clone(), column(place)))
        .collect();
    let scope = scope_field(layer).zip(given.wishes.scope.clone());
    let place = scope.and_then(|(field, value)| {
        let place = layer
            .fields
            .iter()
            .position(|known| known.name == field.name)?;
        fields[place].1.is_none().then_some((place, value))
    });
    let named = filled::by_file_name(opened, fit);
    Columns {
        fields,
        constants: place.into_iter().chain(named).collect(),
        cadastre: None,
        position: fit.placed.map(|placed| placed.position),
        places: None,
        drawing: drawing::of(opened.format, source, layer.geometry),
        lines: lines::of(opened.format, source),
    }
}
