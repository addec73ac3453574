//! The typed catalogue entry: everything that the program knows of a layer.
//!
//! Every identifier that reaches SQL comes from here, after the checks of
//! [`super::check`]; nothing else may name a table or a column.

use serde::{Deserialize, Serialize};

use crate::model::{LayerId, Role};

/// One layer: one file of `layers/`, one table, one OGC collection.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Layer {
    /// Collection identifier, e.g. `plum-zonage`; the file bears the same name.
    pub id: LayerId,
    /// French title, shown everywhere.
    pub title: String,
    /// French description, one or two sentences.
    pub description: String,
    /// French keywords.
    #[serde(default)]
    pub keywords: Vec<String>,
    /// The heading under which lists group it, in French (« Cadastre », « Urbanisme »…).
    pub theme: String,
    /// SPDX identifier or name of the licence of reuse.
    pub licence: String,
    /// Attribution to print on maps.
    pub attribution: String,
    /// Who produces the data, in French.
    pub source: String,
    /// The date or year that the data describe, as the producer writes it.
    pub vintage: String,
    /// E-mail of the service in charge.
    pub contact: String,
    /// The service commun to which the layer's use is booked (scheme, annex).
    pub service: String,
    /// Who may see it.
    pub audience: Audience,
    /// The role that a restricted layer asks for, inside the credential's reach.
    pub role: Option<Role>,
    /// The role that sees the personal fields, inside the credential's reach.
    pub personal_role: Option<Role>,
    /// The field that bears the INSEE codes of a row's communes, `|` between several, where it is
    /// not the commune's own: a row is inside a reach that holds one of them.
    pub communes: Option<String>,
    /// Shape of the geometries.
    pub geometry: GeometryType,
    /// Fields that identify a feature from one delivery to the next; without any, a feature is
    /// identified by its geometry.
    #[serde(default)]
    pub key: Vec<String>,
    /// The unit that one publication replaces.
    pub scope: Scope,
    /// The attributes, in the order in which they are shown.
    #[serde(rename = "field")]
    pub fields: Vec<Field>,
    /// The field that names a feature for a reader (labels, titles of pages).
    pub label: Option<String>,
    /// The date field that the `datetime` parameter filters.
    pub datetime: Option<String>,
    /// Vector tiles.
    pub tiles: Tiling,
    /// What a delivery is checked against.
    #[serde(default)]
    pub checks: Checks,
    /// Cartography.
    pub style: Style,
}

/// Who may see a layer (DESIGN, «Who sees what»).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Audience {
    /// Anyone.
    Open,
    /// A credential of an adhering commune.
    Member,
    /// A credential that bears the layer's role, inside its scope.
    Restricted,
}

/// Shape of a layer's geometries, as PostGIS names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize)]
pub enum GeometryType {
    /// One position.
    Point,
    /// Several positions.
    MultiPoint,
    /// Lines.
    MultiLineString,
    /// Surfaces.
    MultiPolygon,
    /// Anything, mixed (surveys).
    Geometry,
}

/// The unit that one publication replaces (DESIGN, «Who delivers what»).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Scope {
    /// A cadastral sheet: INSEE, prefix, section and sheet number, e.g. `44109000AB01`.
    Feuille,
    /// A commune, by its INSEE code.
    Commune,
    /// A planning document over several communes, by its `idurba`.
    Document,
    /// A CNIG partition, e.g. `110068012_PM3_28`.
    Partition,
    /// The whole territory, by the word `territoire`.
    Territoire,
    /// Rows merge by key; what a delivery leaves out stays. By the word `territoire`.
    Fusion,
}

/// One attribute of a layer: one column.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Field {
    /// Column and property name, as the field's standards spell it in lower case.
    pub name: String,
    /// French title.
    pub title: String,
    /// French explanation, when the title does not suffice.
    pub description: Option<String>,
    /// Type of the values.
    #[serde(rename = "type")]
    pub kind: FieldType,
    /// Unit of measure (`m²`, `m`, `hab.`…).
    pub unit: Option<String>,
    /// The least number that it takes, in its unit.
    pub min: Option<f64>,
    /// The greatest.
    pub max: Option<f64>,
    /// Numbers that it takes beyond these bounds, as a standard has them for what has none.
    #[serde(default)]
    pub besides: Vec<f64>,
    /// The values allowed, with their French labels; empty when free.
    #[serde(default)]
    pub domain: Vec<DomainValue>,
    /// Whether a value must be there.
    #[serde(default)]
    pub required: bool,
    /// Whether two features may not share a value.
    #[serde(default)]
    pub unique: bool,
    /// Regular expression that a text value matches whole.
    pub pattern: Option<String>,
    /// A value that matches the pattern, for who must write one.
    pub example: Option<String>,
    /// Personal data: kept in a table of its own, absent for who may not see it.
    #[serde(default)]
    pub personal: bool,
    /// Whether readers filter by it often enough for an index.
    #[serde(default)]
    pub index: bool,
    /// Whether it takes the delivered file's name, without extension, where no column gives it.
    #[serde(default)]
    pub file_name: bool,
    /// Other spellings under which deliveries name it.
    #[serde(default)]
    pub aliases: Vec<String>,
}

/// A value of a field's domain.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct DomainValue {
    /// The value stored.
    pub code: String,
    /// What it means, in French.
    pub label: String,
    /// Words of national files for it, to the letter.
    #[serde(default, skip_serializing)]
    pub aliases: Vec<String>,
}

/// Type of a field's values, and of its column.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum FieldType {
    /// UTF-8 text; `text`.
    Text,
    /// 64-bit integer; `bigint`.
    Integer,
    /// Double; `double precision`.
    Real,
    /// Truth value; `boolean`.
    Boolean,
    /// Calendar day; `date`.
    Date,
    /// Instant; `timestamptz`.
    Timestamp,
}

/// How a layer is cut into vector tiles (WebMercatorQuad, 4,096 units a tile).
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tiling {
    /// First zoom with tiles.
    pub min_zoom: u8,
    /// First zoom that shows the features themselves; below it tiles read a generalised companion.
    pub native_zoom: u8,
    /// Last zoom with tiles; clients overzoom beyond.
    pub max_zoom: u8,
    /// Attributes by zoom: each step names the attributes that appear from its zoom on.
    pub attributes: Vec<AttributeStep>,
    /// How the companion is made; required when `native_zoom` is above `min_zoom`.
    pub generalise: Option<Generalise>,
}

/// Attributes that tiles carry from a zoom on (added to those of lower zooms).
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AttributeStep {
    /// The zoom.
    pub zoom: u8,
    /// The fields added.
    pub fields: Vec<String>,
}

/// The companion that tiles read below the native zoom.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Generalise {
    /// Fields by which touching features are merged; empty: features stay apart.
    #[serde(default)]
    pub dissolve: Vec<String>,
    /// Merging stops at the cells of this zoom: for fields whose values span the territory, so
    /// that a publication merges again no more than the cells that it touches.
    pub cell_zoom: Option<u8>,
    /// Features smaller than this many square pixels of 1/256 tile are left out at each zoom.
    #[serde(default)]
    pub min_pixels: f64,
}

/// Rules for a delivery, besides those of the fields.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Checks {
    /// Features may not overlap by more than this depth, in metres.
    pub no_overlap_m: Option<f64>,
    /// The depth allowed between features of two scopes, where it is more: sheets of the cadastre
    /// are drawn apart, and disagree at their joins.
    pub join_m: Option<f64>,
    /// Features must cover their scope without gaps (zones of a document, never parcels).
    pub no_gap_m: Option<f64>,
    /// Everything lies inside the commune's outline, with this tolerance in metres.
    pub inside_commune_m: Option<f64>,
    /// What a feature weighs that lies far from the territory, and in no commune that it names.
    pub far: RuleSeverity,
    /// Fields whose values exist in another layer.
    pub references: Vec<Reference>,
    /// Surfaces thinner than this width in metres are slivers.
    pub sliver_m: Option<f64>,
    /// Positions that differ by less, in metres, are the same when a delivery is compared; 0.01
    /// when absent.
    pub same_within_m: Option<f64>,
    /// Whether features may lie nowhere, because nobody knows yet where: addresses of a register.
    pub unplaced: bool,
}

/// A field that names a feature of another layer.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reference {
    /// The field here.
    pub field: String,
    /// The other layer.
    pub layer: LayerId,
    /// The field there.
    pub target: String,
    /// What it weighs when there is no such feature.
    #[serde(default)]
    pub severity: RuleSeverity,
}

/// What weighs a fault that may be none: a reference to a feature that does not exist, a place far away.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum RuleSeverity {
    /// The delivery is refused.
    #[default]
    Error,
    /// It is told: what is named may be older than what is published, or be published later;
    /// servitudes reach over departments.
    Warning,
}

/// Cartography of a layer, from which MapLibre and QGIS styles and the legend are made.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Style {
    /// Whether the viewer shows it at first.
    #[serde(default)]
    pub visible: bool,
    /// Drawing order: higher is above.
    pub order: i32,
    /// Fill (surfaces), stroke (lines) or mark (points) colour, `#rrggbb`.
    pub color: String,
    /// Outline colour, `#rrggbb`.
    pub outline: Option<String>,
    /// Opacity of a fill, 0 to 1.
    pub opacity: Option<f64>,
    /// Width of lines and outlines, or radius of marks, in pixels.
    pub width: Option<f64>,
    /// First zoom at which labels (the layer's `label` field) show; none without it.
    pub label_zoom: Option<u8>,
    /// Field whose values choose the colour.
    pub by: Option<String>,
    /// Colours by value of `by`.
    #[serde(default)]
    pub classes: Vec<StyleClass>,
}

/// One class of a categorised style.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StyleClass {
    /// Value of the field `by`.
    pub value: String,
    /// Colour, `#rrggbb`.
    pub color: String,
    /// French label of the legend; the domain's when absent.
    pub label: Option<String>,
}
