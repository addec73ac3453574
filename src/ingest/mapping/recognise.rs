//! The files of a delivery that says how they are to be read.

use exchange::{Format, SourceLayer};

use super::place::{Mapped, Survey};
use super::read::Reading;
use super::{SHIPPED, Shipped, flat, named};
use crate::catalogue::Layer;
use crate::ingest::encoding::detect;
use crate::ingest::recognise::generic::sources::{self, Opened};
use crate::ingest::recognise::{Delivered, Recognised, words};
use crate::ingest::{Encoding, Feed, IngestError, crs};
use crate::model::{Finding, Insee, LayerId, Severity, Srid};

/// The collection in which the parcels stand.
const PARCELS: &str = "parcelles";

/// Makes feeds of the files by the mapping that is wished for, if one is.
///
/// # Errors
/// When the machine fails.
pub async fn recognise(given: Delivered<'_>) -> Result<Option<Recognised>, IngestError> {
    let Some(wish) = &given.wishes.mapping else {
        return Ok(None);
    };
    let mut made = Recognised::default();
    let mapping = match named(wish) {
        Ok(mapping) => mapping,
        Err(why) => return Ok(Some(refused(made, "mapping", None, why))),
    };
    let Some(layer) = given.catalogue.layer(&mapping.to) else {
        let why = format!(
            "La correspondance est pour « {} », qui n’existe pas.",
            mapping.to
        );
        return Ok(Some(refused(made, "mapping", None, why)));
    };
    if given.wishes.to.as_ref().is_some_and(|to| *to != layer.id) {
        let why = format!("La correspondance est pour « {} ».", layer.id);
        return Ok(Some(refused(made, "mapping", Some(&layer.id), why)));
    }
    if let Some(field) = mapping
        .fields
        .keys()
        .find(|name| layer.field(name).is_none())
    {
        let why = format!("La correspondance remplit « {field} », qui n’est pas un champ.");
        return Ok(Some(refused(made, "mapping", Some(&layer.id), why)));
    }
    made.reading
        .push(format!("Correspondance : {}.", mapping.title));
    let names = given.store.commune_names(given.catalogue).await?;
    let communes: Vec<Insee> = names.into_iter().map(|commune| commune.insee).collect();
    let opened = open(given, &mut made).await?;
    let several = opened.len() > 1;
    for source in &opened {
        for table in &source.dataset.layers {
            let wanted = given.wishes.layer.as_ref();
            if table.columns.is_empty() || wanted.is_some_and(|name| *name != table.name) {
                continue;
            }
            let reading = Reading::new(mapping.clone(), layer, table, communes.clone());
            let title = if several { source.name.as_str() } else { "" };
            feed(given, source, table, layer, (reading, title), &mut made).await?;
        }
    }
    if made.feeds.is_empty() && made.findings.is_empty() {
        let why = "La livraison ne contient aucune liste : CSV, XLSX, ODS ou JSON.";
        return Ok(Some(refused(
            made,
            "format",
            Some(&layer.id),
            why.to_owned(),
        )));
    }
    Ok(Some(made))
}

/// Columns from which a list is taken for one of a known application.
const TELLING: usize = 6;

/// The shipped mappings that may be for a table, the likeliest first.
pub fn likely(given: Delivered<'_>, table: &SourceLayer) -> Vec<&'static Shipped> {
    let known = SHIPPED.iter().filter_map(|shipped| {
        let mapping = named(shipped.name).ok()?;
        let layer = given.catalogue.layer(&mapping.to)?;
        let reading = Reading::new(mapping, layer, table, Vec::new());
        let read = table.columns.len() - reading.ignored().len().min(table.columns.len());
        (reading.lacking(layer).is_none() && read >= TELLING).then_some((read, shipped))
    });
    let mut known: Vec<_> = known.collect();
    known.sort_by_key(|(read, _)| std::cmp::Reverse(*read));
    known.into_iter().map(|(_, shipped)| shipped).collect()
}

fn refused(mut made: Recognised, rule: &str, of: Option<&LayerId>, why: String) -> Recognised {
    let finding = Finding::new(Severity::Error, rule, why);
    made.findings.push((of.cloned(), finding));
    made
}

/// The tables among the files; JSON that is no GeoJSON is made one.
async fn open(given: Delivered<'_>, made: &mut Recognised) -> Result<Vec<Opened>, IngestError> {
    let mut files = given.files.to_vec();
    for file in &mut files {
        match flat::table(file, given.folder)? {
            Ok(Some(path)) => file.path = path,
            Ok(None) => {}
            Err(finding) => made.findings.push((None, finding)),
        }
    }
    let found = sources::open(Delivered {
        files: &files,
        ..given
    })
    .await?;
    let all = found.findings.into_iter().map(|finding| (None, finding));
    made.findings.extend(all);
    if !found.ignored.is_empty() {
        let list = found.ignored.join(", ");
        made.reading
            .push(format!("Fichiers laissés de côté : {list}."));
    }
    Ok(found.opened)
}

async fn feed(
    given: Delivered<'_>,
    source: &Opened,
    table: &SourceLayer,
    layer: &Layer,
    (reading, title): (Reading, &str),
    made: &mut Recognised,
) -> Result<(), IngestError> {
    if let Some((field, rule)) = reading.lacking(layer) {
        let finding = Finding::new(
            Severity::Error,
            "required",
            format!(
                "Aucune colonne de {} ne donne le champ « {field} » : la correspondance attend {}.",
                source.name,
                rule.columns.join(" ou ")
            ),
        );
        let advice =
            "Vérifiez que c’est la bonne liste, ou écrivez une correspondance à ses colonnes.";
        let finding = finding.about(field, None).advising(advice);
        made.findings.push((Some(layer.id.clone()), finding));
        return Ok(());
    }
    let left = reading.ignored();
    if !left.is_empty() {
        made.reading
            .push(format!("Colonnes ignorées : {}.", left.join(", ")));
    }
    let encoding = encoding(given, source, table);
    let crs = system(given, source, table);
    let text = move |bytes: &[u8]| encoding.decode(bytes).into_owned();
    let mut rows = match given.ogr.read(&source.path, &table.name).await {
        Ok(rows) => rows,
        Err(error) => return told(error, source, layer, made),
    };
    // Parcels place what has no geometry of its own.
    let parcels = given.catalogue.get(PARCELS).map(|parcels| &**parcels);
    let parcels = parcels.filter(|_| table.geometry.is_none());
    let survey = Survey::make(&mut rows, &reading, &text, given.store, parcels).await?;
    let survey = match survey {
        Ok(survey) => survey,
        Err(error) => return told(error, source, layer, made),
    };
    made.reading.push(counted(&survey, source, encoding));
    if survey.left_out + survey.elsewhere > 0 {
        made.reading.push(format!(
            "Lignes laissées de côté : {} que la correspondance écarte, {} de communes hors du territoire.",
            survey.left_out, survey.elsewhere
        ));
    }
    if survey.files == 0 && survey.elsewhere > 0 && survey.left_out == 0 {
        let why = format!(
            "Tous les dossiers de {} sont de communes hors du territoire.",
            source.name
        );
        let finding = Finding::new(Severity::Error, "outside", why)
            .advising("Livrez la liste du département ou des communes du territoire.");
        made.findings.push((Some(layer.id.clone()), finding));
        return Ok(());
    }
    made.feeds.push(Feed {
        layer: layer.id.clone(),
        path: source.path.clone(),
        source: table.name.clone(),
        encoding,
        crs,
        title: title.to_owned(),
        count: table.count,
        shape: Box::new(Mapped {
            silent: reading.silent(layer),
            reading,
            places: survey.places,
        }),
    });
    Ok(())
}

fn told(
    error: crate::ogr::OgrError,
    source: &Opened,
    layer: &Layer,
    made: &mut Recognised,
) -> Result<(), IngestError> {
    let finding = words::of_file(error, &source.name)?;
    made.findings.push((Some(layer.id.clone()), finding));
    Ok(())
}

fn counted(survey: &Survey, source: &Opened, encoding: Encoding) -> String {
    format!(
        "{} ({}) : {} dossiers, {} avec des parcelles, {} placés par elles.",
        source.name,
        encoding.name(),
        survey.files,
        survey.named,
        survey.places.len()
    )
}

/// What the contributor says, what the format states, or else what the texts show.
fn encoding(given: Delivered<'_>, source: &Opened, table: &SourceLayer) -> Encoding {
    let wished = given.wishes.encoding.as_deref().and_then(Encoding::named);
    let stated = sources::stated(table.encoding.as_deref());
    wished.unwrap_or_else(|| match sources::evidence(source) {
        Some(bytes) if source.format == Format::Csv => detect::detect(&bytes, stated).encoding,
        _ => stated.unwrap_or(Encoding::UTF_8),
    })
}

/// The system of the file's geometries, or that of the parcels which stand for them.
fn system(given: Delivered<'_>, source: &Opened, table: &SourceLayer) -> Srid {
    let known = table.geometry.as_ref().and_then(|_| {
        crs::known(&source.dataset.driver, table, given.wishes.crs).map(|(srid, _)| srid)
    });
    known.unwrap_or(given.store.srid())
}
