//! Which collection a source layer is for, and which source layer a collection takes.

use std::sync::Arc;

use exchange::SourceLayer;

use crate::catalogue::{GeometryType, Layer};
use crate::ingest::Given;
use crate::ingest::addresses::AddressColumns;
use crate::ingest::cadastre::{Cadastre, Sheets};
use crate::ingest::columns::{self, Matching};
use crate::ingest::fold::fold;
use crate::ingest::position::{self, Placed};
use crate::ingest::values::scope_field;
use crate::model::{Choice, Question, Wishes};

/// A source layer seen as rows of a collection.
pub(super) struct Fit {
    /// Place of the dataset.
    pub dataset: usize,
    /// Place of the layer in it.
    pub place: usize,
    /// The collection.
    pub layer: Arc<Layer>,
    /// Columns and fields.
    pub matching: Matching,
    /// Required fields that no column fills, nor `--scope`.
    pub missing: Vec<usize>,
    /// Whether the geometries are of the collection's kind, or can be told from columns.
    pub shaped: bool,
    /// Places told by columns, where there is no geometry.
    pub placed: Option<Placed>,
    /// Completes the rows, in the collections of the cadastre.
    pub cadastre: Option<Cadastre>,
    /// Whether it is whole, and the first rows have values that the fields allow.
    speaks: bool,
}

impl Fit {
    /// Compares a source layer with a collection.
    pub(super) fn new(
        (dataset, place): (usize, usize),
        source: &SourceLayer,
        layer: &Arc<Layer>,
        wishes: &Wishes,
        wanted: &[(usize, usize)],
    ) -> Self {
        let matching = columns::matching(layer, source, wanted);
        let placed = match source.geometry {
            Some(_) => None,
            None => position::find(source),
        };
        let scope = scope_field(layer).filter(|_| wishes.scope.is_some());
        let cadastre = Cadastre::of(layer, &source.columns, &matching.fields);
        let filled = cadastre.as_ref().map(Cadastre::filled).unwrap_or_default();
        let missing: Vec<usize> = (0..layer.fields.len())
            .filter(|field| !filled.contains(field))
            .filter(|field| layer.fields[*field].required && matching.fields[*field].is_none())
            .filter(|field| !layer.fields[*field].file_name)
            .filter(|field| scope.is_none_or(|scope| scope.name != layer.fields[*field].name))
            .collect();
        let shaped = shaped(source, layer.geometry) || placed.is_some();
        // Facilities are placed by their addresses.
        let addressed = source.geometry.is_none()
            && layer.geometry == GeometryType::Point
            && AddressColumns::find(&source.columns).is_some();
        Self {
            dataset,
            place,
            shaped,
            placed,
            speaks: (shaped || addressed)
                && missing.is_empty()
                && speaks(source, layer, &matching, cadastre.as_ref()),
            cadastre,
            layer: layer.clone(),
            matching,
            missing,
        }
    }

    /// Whether the source has all that the collection asks for.
    pub(super) fn is_whole(&self) -> bool {
        self.missing.is_empty() && self.shaped
    }

    /// Whether rows get a value of a field: by a column, or completed in the cadastre, its sheets
    /// by their place where `sheets` are published.
    pub(super) fn tells(&self, place: usize, sheets: bool) -> bool {
        self.matching.fields[place].is_some()
            || self.cadastre.as_ref().is_some_and(|cadastre| {
                cadastre.filled().contains(&place) && (sheets || !cadastre.is_placed())
            })
    }

    /// How likely the collection is, the most likely first when sorted: what the source has of its
    /// fields, against what it lacks.
    fn rank(&self) -> (bool, i64) {
        let lacking = self.missing.len() as i64 - self.matching.count() as i64;
        (!self.shaped, lacking)
    }

    /// Whether the source bears the collection's name, alone or in a longer one
    /// (`cadastre-44143-parcelles`, `BATIMENT`).
    fn is_named(&self, names: &[&str]) -> bool {
        let wanted = [fold(self.layer.id.as_str()), fold(&self.layer.title)];
        let singular = |word: &str| word.trim_end_matches('s').to_owned();
        let one_of = |word: &str| {
            let word = singular(&fold(word));
            wanted.iter().any(|wanted| singular(wanted) == word)
        };
        names.iter().any(|name| {
            one_of(name) || name.split(|sign: char| !sign.is_alphanumeric()).any(one_of)
        })
    }
}

/// Whether most of the first rows have values that the fields' patterns and domains allow.
fn speaks(
    source: &SourceLayer,
    layer: &Layer,
    matching: &Matching,
    cadastre: Option<&Cadastre>,
) -> bool {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).trim().to_owned();
    let rows: Vec<Vec<Given>> = (source.sample.iter())
        .map(|row| {
            let cell = |column: &Option<usize>| column.and_then(|index| row.cells.get(index));
            let columns = matching.fields.iter();
            let mut values: Vec<Given> = columns
                .map(|column| Given::of(cell(column), &text))
                .collect();
            if let Some(cadastre) = cadastre {
                // Where no sheet is known yet, the others still say what they are.
                let _ = cadastre.complete(&mut values, &row.cells, None, &text, &Sheets::default());
            }
            values
        })
        .collect();
    layer.fields.iter().enumerate().all(|(place, field)| {
        let pattern = field.matcher();
        let texts = rows.iter().filter_map(|values| match &values[place] {
            Given::Text(text) if !text.is_empty() => Some(text.clone()),
            Given::Integer(number) => Some(number.to_string()),
            _ => None,
        });
        let (mut filled, mut allowed) = (0, 0);
        for text in texts {
            filled += 1;
            let code = field.domain.is_empty()
                || field
                    .label_of(&text)
                    .or_else(|| field.code_of(&text))
                    .is_some();
            allowed += usize::from(code && pattern.as_ref().is_none_or(|it| it.matches(&text)));
        }
        allowed * 2 >= filled
    })
}

/// Whether geometries that GDAL calls so may be of the collection's kind.
fn shaped(source: &SourceLayer, wanted: GeometryType) -> bool {
    let Some(found) = &source.geometry else {
        return false;
    };
    let found = found.to_lowercase();
    let has = |word: &str| found.contains(word);
    let open = has("unknown") || has("collection") || (has("geometry") && !has("none"));
    match wanted {
        GeometryType::Geometry => true,
        GeometryType::Point | GeometryType::MultiPoint => open || has("point"),
        GeometryType::MultiLineString => open || has("line") || has("curve"),
        GeometryType::MultiPolygon => open || has("polygon") || has("surface"),
    }
}

/// Required fields that make a collection recognised by its columns alone.
const TELLING: usize = 4;

/// The fit that says by itself what it is: the one whose name is the collection's, or the only one
/// that has all its many required fields.
pub(super) fn evident(
    fits: Vec<Fit>,
    names: impl Fn(&Fit) -> Vec<String>,
) -> Result<Fit, Vec<Fit>> {
    let mut whole: Vec<usize> = Vec::new();
    let mut named: Vec<usize> = Vec::new();
    for (place, fit) in fits.iter().enumerate().filter(|(_, fit)| fit.speaks) {
        let required = fit
            .layer
            .fields
            .iter()
            .filter(|field| field.required)
            .count();
        let called = names(fit);
        let called: Vec<&str> = called.iter().map(String::as_str).collect();
        let is_named = fit.is_named(&called);
        if is_named {
            named.push(place);
        }
        if is_named || fit.shaped && required >= TELLING {
            whole.push(place);
        }
    }
    let chosen = match (&named[..], &whole[..]) {
        ([one], _) | ([], [one]) => Some(*one),
        _ => None,
    };
    let mut fits = fits;
    match chosen {
        Some(place) => Ok(fits.swap_remove(place)),
        None => Err(fits),
    }
}

/// Asks which collection the files are for.
pub(super) fn which_collection(mut fits: Vec<Fit>, unknown: Option<&str>) -> Question {
    fits.sort_by_key(Fit::rank);
    let recognised = fits.iter().any(|fit| fit.matching.count() > 0);
    if recognised {
        fits.retain(|fit| fit.matching.count() > 0);
    }
    let mut choices: Vec<Choice> = Vec::new();
    for fit in &fits {
        let value = fit.layer.id.to_string();
        // Where no field says anything, all of them may be meant.
        let listed = choices.len() < 10 || choices.len() < 40 && !recognised;
        if listed && choices.iter().all(|known| known.value != value) {
            let label = match fit.matching.count() {
                0 => format!("{} (aucun champ reconnu)", fit.layer.title),
                1 => format!("{} (1 champ reconnu)", fit.layer.title),
                count => {
                    let all = fit.layer.fields.len();
                    format!("{} ({count} champs reconnus sur {all})", fit.layer.title)
                }
            };
            choices.push(Choice { value, label });
        }
    }
    let text = unknown.map_or_else(
        || "À quelle collection ce fichier est-il destiné ?".to_owned(),
        |name| {
            format!(
                "Aucune collection ne s’appelle « {name} ». À laquelle ce fichier est-il destiné ?"
            )
        },
    );
    Question {
        option: "to".to_owned(),
        text,
        choices,
    }
}

/// Asks which layer of the files to read. `layers` are names with how people see them.
pub(super) fn which_layer(layers: Vec<(String, String)>, unknown: Option<&str>) -> Question {
    let choices = layers
        .into_iter()
        .map(|(value, label)| Choice { value, label })
        .collect();
    let text = unknown.map_or_else(
        || "Plusieurs couches peuvent convenir : laquelle faut-il lire ?".to_owned(),
        |name| format!("Aucune couche ne s’appelle « {name} ». Laquelle faut-il lire ?"),
    );
    Question {
        option: "layer".to_owned(),
        text,
        choices,
    }
}

/// The fits of one collection that are to be read: the only one, one of each file, or none when it
/// must be asked. Layers of one file are told apart, unless they are but `folders` of it, with the same
/// columns.
pub(super) fn to_read(
    mut fits: Vec<Fit>,
    names: impl Fn(&Fit) -> Vec<String>,
    folders: impl Fn(&Fit) -> bool,
) -> Result<Vec<Fit>, Vec<Fit>> {
    if fits.len() <= 1 {
        return Ok(fits);
    }
    let whole: Vec<&Fit> = fits.iter().filter(|fit| fit.is_whole()).collect();
    if let Some(most) = whole.iter().map(|fit| fit.matching.count()).max() {
        // A file like the others that lacks a column is read, and told; a layer of a file of which
        // another is whole is another thing.
        let files: Vec<usize> = whole.iter().map(|fit| fit.dataset).collect();
        let like = |fit: &Fit| 2 * fit.matching.count() > most && !files.contains(&fit.dataset);
        fits.retain(|fit| fit.is_whole() || like(fit));
    }
    let once = |fit: &Fit| {
        let beside = fits.iter().filter(|other| other.dataset == fit.dataset);
        folders(fit) || beside.count() == 1
    };
    let alike = |fit: &Fit| !folders(fit) || fit.matching.how == fits[0].matching.how;
    if fits.iter().all(|fit| once(fit) && alike(fit)) {
        return Ok(fits);
    }
    // A name tells the layers of a file apart, not files that were all delivered to be read.
    let named = |fit: &Fit| {
        let called = names(fit);
        fit.is_named(&called.iter().map(String::as_str).collect::<Vec<_>>())
    };
    let named: Vec<usize> = (0..fits.len())
        .filter(|place| named(&fits[*place]))
        .collect();
    match named[..] {
        [one] if fits.iter().all(|fit| fit.dataset == fits[one].dataset) => {
            Ok(vec![fits.swap_remove(one)])
        }
        _ => Err(fits),
    }
}
