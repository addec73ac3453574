//! The few functions of GDAL that the child needs, made safe. All `unsafe` that speaks to GDAL is
//! here and in `crs`.

mod answers;
mod feature;
mod sink;

use std::ffi::{CStr, CString, c_char, c_int, c_uint};
use std::marker::PhantomData;
use std::path::Path;
use std::ptr;
use std::sync::Mutex;

use gdal_sys::*;

pub use feature::Feature;
pub use sink::{NewTable, Sink};

/// What GDAL complained of, the first complaints kept.
static COMPLAINTS: Mutex<Complaints> = Mutex::new(Complaints {
    failures: Vec::new(),
    warnings: Vec::new(),
});

/// Complaints kept of each kind, and bytes of each.
const KEPT: usize = 8;
const LONGEST: usize = 400;

struct Complaints {
    failures: Vec<String>,
    warnings: Vec<String>,
}

/// Called by GDAL for each complaint.
unsafe extern "C" fn complain(class: CPLErr::Type, _number: CPLErrorNum, words: *const c_char) {
    if words.is_null() || class < CPLErr::CE_Warning {
        return;
    }
    // SAFETY: GDAL hands a text that ends with a zero and lives as long as the call.
    let words = unsafe { CStr::from_ptr(words) }.to_string_lossy();
    let words: String = words.chars().take(LONGEST).collect();
    if let Ok(mut complaints) = COMPLAINTS.lock() {
        let list = if class >= CPLErr::CE_Failure {
            &mut complaints.failures
        } else {
            &mut complaints.warnings
        };
        if list.len() < KEPT && !list.contains(&words) {
            list.push(words);
        }
    }
}

/// What GDAL failed at so far, in its own words; none when nothing failed.
pub fn failures() -> Option<String> {
    let complaints = COMPLAINTS.lock().ok()?;
    (!complaints.failures.is_empty()).then(|| complaints.failures.join("; "))
}

/// What GDAL warned of so far.
pub fn warnings() -> Option<String> {
    let complaints = COMPLAINTS.lock().ok()?;
    (!complaints.warnings.is_empty()).then(|| complaints.warnings.join("; "))
}

/// Prepares GDAL: options, complaints, drivers.
pub fn start(options: &[(&str, &str)]) {
    for (name, value) in options {
        let (name, value) = (text(name), text(value));
        // SAFETY: both texts end with a zero; GDAL copies them.
        unsafe { CPLSetConfigOption(name.as_ptr(), value.as_ptr()) };
    }
    // SAFETY: `complain` has the type that GDAL wants and stays for the program's life.
    unsafe {
        CPLSetErrorHandler(Some(complain));
        GDALAllRegister();
    }
}

/// A text for GDAL, up to its first zero if it has one.
fn text(text: &str) -> CString {
    let end = text.find('\0').unwrap_or(text.len());
    CString::new(&text[..end]).unwrap_or_default()
}

/// A text that GDAL lends.
///
/// # Safety
/// `lent` is null, or ends with a zero and lives as long as `'a`.
unsafe fn lent<'a>(lent: *const c_char) -> &'a [u8] {
    if lent.is_null() {
        return b"";
    }
    // SAFETY: as the caller promises.
    unsafe { CStr::from_ptr(lent) }.to_bytes()
}

/// Bytes as a text to show: UTF-8, or what Windows wrote.
pub fn shown(bytes: &[u8]) -> String {
    match std::str::from_utf8(bytes) {
        Ok(text) => text.to_owned(),
        Err(_) => encoding_rs::WINDOWS_1252.decode(bytes).0.into_owned(),
    }
}

/// A list of texts for GDAL, which it only reads.
struct List {
    _texts: Vec<CString>,
    pointers: Vec<*const c_char>,
}

impl List {
    fn new(texts: &[&str]) -> Self {
        let texts: Vec<CString> = texts.iter().map(|one| text(one)).collect();
        let mut pointers: Vec<*const c_char> = texts.iter().map(|text| text.as_ptr()).collect();
        pointers.push(ptr::null());
        Self {
            _texts: texts,
            pointers,
        }
    }

    fn as_ptr(&self) -> *const *const c_char {
        self.pointers.as_ptr()
    }
}

/// `GDAL_OF_VECTOR`, and `GDAL_OF_VERBOSE_ERROR`; reading alone is what neither says.
const VECTOR: c_uint = 0x04;
const SAY_WHY: c_uint = 0x40;

/// An open dataset.
pub struct Source(GDALDatasetH);

impl Source {
    /// Opens a file for reading, with that driver and no other.
    pub fn open(path: &Path, driver: &str, options: &[&str]) -> Option<Self> {
        let path = CString::new(path.as_os_str().as_encoded_bytes()).ok()?;
        let (drivers, options) = (List::new(&[driver]), List::new(options));
        // SAFETY: the texts and lists end with zeros and outlive the call.
        let handle = unsafe {
            GDALOpenEx(
                path.as_ptr(),
                VECTOR | SAY_WHY,
                drivers.as_ptr(),
                options.as_ptr(),
                ptr::null(),
            )
        };
        (!handle.is_null()).then_some(Self(handle))
    }

    /// Its layers.
    pub fn layers(&self) -> Vec<Layer<'_>> {
        // SAFETY: the handle is open, and the indices are below the count.
        unsafe {
            (0..GDALDatasetGetLayerCount(self.0))
                .map(|index| GDALDatasetGetLayer(self.0, index))
                .filter(|handle| !handle.is_null())
                .map(|handle| Layer(handle, PhantomData))
                .collect()
        }
    }
}

impl Drop for Source {
    fn drop(&mut self) {
        // SAFETY: the handle is open and nobody else's.
        unsafe { GDALClose(self.0) };
    }
}

/// A layer of an open dataset.
pub struct Layer<'a>(OGRLayerH, PhantomData<&'a Source>);

/// A column as GDAL defines it.
pub struct Field {
    /// Its name.
    pub name: String,
    /// Its type (`OGRFieldType`).
    pub kind: OGRFieldType::Type,
    /// Characters allowed, 0 when not stated.
    pub width: u32,
}

impl Layer<'_> {
    /// Its name.
    pub fn name(&self) -> String {
        // SAFETY: the layer is open; the text lives as long.
        shown(unsafe { lent(OGR_L_GetName(self.0)) })
    }

    /// Its columns.
    pub fn fields(&self) -> Vec<Field> {
        // SAFETY: the definition lives as long as the layer; indices are below the count.
        unsafe {
            let definition = OGR_L_GetLayerDefn(self.0);
            (0..OGR_FD_GetFieldCount(definition))
                .map(|index| {
                    let field = OGR_FD_GetFieldDefn(definition, index);
                    Field {
                        name: shown(lent(OGR_Fld_GetNameRef(field))),
                        kind: OGR_Fld_GetType(field),
                        width: u32::try_from(OGR_Fld_GetWidth(field)).unwrap_or(0),
                    }
                })
                .collect()
        }
    }

    /// The type of its geometries.
    pub fn geometry(&self) -> OGRwkbGeometryType::Type {
        // SAFETY: the layer is open.
        unsafe { OGR_L_GetGeomType(self.0) }
    }

    /// Its rows, where the driver knows without reading all; all are read when `force`d.
    pub fn count(&self, force: bool) -> Option<i64> {
        // SAFETY: the layer is open.
        let count = unsafe { OGR_L_GetFeatureCount(self.0, c_int::from(force)) };
        (count >= 0).then_some(count)
    }

    /// xmin, ymin, xmax, ymax; rows are read for it where the file does not say.
    pub fn extent(&self) -> Option<[f64; 4]> {
        let mut found = OGREnvelope {
            MinX: 0.0,
            MaxX: 0.0,
            MinY: 0.0,
            MaxY: 0.0,
        };
        // SAFETY: the layer is open, `found` is ours.
        let code = unsafe { OGR_L_GetExtent(self.0, &raw mut found, 1) };
        let extent = [found.MinX, found.MinY, found.MaxX, found.MaxY];
        (code == OGRErr::OGRERR_NONE && extent.iter().all(|value| value.is_finite()))
            .then_some(extent)
    }

    /// Whether its texts are UTF-8, because the format's are or because the driver made them so.
    pub fn utf8(&self) -> bool {
        // SAFETY: the layer is open; the name ends with a zero.
        unsafe { OGR_L_TestCapability(self.0, c"StringsAsUTF8".as_ptr()) != 0 }
    }

    /// The reference system that it states.
    pub fn reference(&self) -> Option<crate::crs::System> {
        // SAFETY: the layer is open; the system is copied before anybody changes it.
        unsafe {
            let handle = OGR_L_GetSpatialRef(self.0);
            if handle.is_null() {
                return None;
            }
            crate::crs::System::adopt(OSRClone(handle))
        }
    }

    /// Goes back before its first row.
    pub fn rewind(&self) {
        // SAFETY: the layer is open.
        unsafe { OGR_L_ResetReading(self.0) };
    }

    /// The next row.
    pub fn next(&self) -> Option<Feature> {
        // SAFETY: the layer is open; what comes is ours.
        let handle = unsafe { OGR_L_GetNextFeature(self.0) };
        (!handle.is_null()).then_some(Feature(handle))
    }
}

/// GDAL's name of a type of geometries: `Multi Polygon`.
pub fn geometry_name(kind: OGRwkbGeometryType::Type) -> String {
    // SAFETY: the function takes any number, and its texts are GDAL's own.
    shown(unsafe { lent(OGRGeometryTypeToName(kind)) })
}

fn index(column: usize) -> c_int {
    c_int::try_from(column).unwrap_or(c_int::MAX)
}
