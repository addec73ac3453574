//! Reference systems: stated, or found by comparing definitions with EPSG's.

use std::ffi::{CStr, c_char, c_int};
use std::ptr;

use exchange::Reference;
use gdal_sys::*;

/// Systems that French deliveries come in, tried where a definition has no code: the legal ones of
/// the mainland and overseas, then the ones before them and the world's.
const FRENCH: [i32; 44] = [
    2154, 3942, 3943, 3944, 3945, 3946, 3947, 3948, 3949, 3950, 2975, 5490, 2972, 4471, 4467,
    27572, 27571, 27573, 27574, 27561, 27562, 27563, 27564, 27582, 27581, 27583, 27584, 4326, 3857,
    4171, 4258, 4275, 4807, 32629, 32630, 32631, 32632, 25829, 25830, 25831, 25832, 23030, 23031,
    23032,
];

/// A reference system.
pub struct System(OGRSpatialReferenceH);

impl Drop for System {
    fn drop(&mut self) {
        // SAFETY: the handle is ours.
        unsafe { OSRDestroySpatialReference(self.0) };
    }
}

impl System {
    /// Takes a handle over.
    pub fn adopt(handle: OGRSpatialReferenceH) -> Option<Self> {
        (!handle.is_null()).then_some(Self(handle))
    }

    /// EPSG's definition of a code.
    pub fn of(epsg: i32) -> Option<Self> {
        // SAFETY: a new handle is ours; an unknown code is said by the result.
        unsafe {
            let system = Self::adopt(OSRNewSpatialReference(ptr::null()))?;
            let code = OSRImportFromEPSG(system.0, epsg);
            OSRSetAxisMappingStrategy(system.0, OSRAxisMappingStrategy::OAMS_TRADITIONAL_GIS_ORDER);
            (code == OGRErr::OGRERR_NONE).then_some(system)
        }
    }

    /// The system that a WKT defines, of OGC's, ESRI's or ISO's spelling.
    pub fn defined(wkt: &str) -> Option<Self> {
        let text = std::ffi::CString::new(wkt).ok()?;
        let mut rest = text.as_ptr().cast_mut();
        // SAFETY: a new handle is ours; the text ends with a zero, is only read, and outlives the call.
        unsafe {
            let system = Self::adopt(OSRNewSpatialReference(ptr::null()))?;
            let code = OSRImportFromWkt(system.0, &raw mut rest);
            (code == OGRErr::OGRERR_NONE).then_some(system)
        }
    }

    /// The handle, lent to GDAL.
    pub fn handle(&self) -> OGRSpatialReferenceH {
        self.0
    }

    /// What the server is told; none of a GeoPackage's systems that say «undefined». `stated`:
    /// whether the file itself names a code, where the driver would otherwise have found one by
    /// comparison.
    pub fn reference(&self, stated: bool) -> Option<Reference> {
        if self.name().starts_with("Undefined ") {
            return None;
        }
        // Heights are none of ours: the plane part of a compound system is what matters.
        // SAFETY: the handle is ours.
        unsafe {
            if OSRIsCompound(self.0) != 0 {
                OSRStripVertical(self.0);
            }
        }
        let code = self.authority_code();
        let found = code.or_else(|| self.found());
        Some(Reference {
            name: self.name(),
            epsg: found,
            matched: found.is_some() && !(stated && code.is_some()),
            wkt: self.wkt(),
        })
    }

    fn name(&self) -> String {
        // SAFETY: the handle is ours, the text lives as long.
        unsafe { words(OSRGetName(self.0)) }
    }

    fn wkt(&self) -> String {
        let mut text: *mut c_char = ptr::null_mut();
        // SAFETY: the handle is ours; GDAL's text is copied, then given back.
        unsafe {
            OSRExportToWkt(self.0, &raw mut text);
            let wkt = words(text);
            VSIFree(text.cast());
            wkt
        }
    }

    /// The EPSG code that the definition bears.
    fn authority_code(&self) -> Option<i32> {
        // SAFETY: the handle is ours, the texts live as long.
        let (authority, code) = unsafe {
            (
                words(OSRGetAuthorityName(self.0, ptr::null())),
                words(OSRGetAuthorityCode(self.0, ptr::null())),
            )
        };
        match authority.as_str() {
            "EPSG" => code.parse().ok(),
            // WGS 84 in longitude and latitude: 4326 with x before y, as all coordinates here.
            "OGC" if code == "CRS84" => Some(4326),
            _ => None,
        }
    }

    /// The code of the one system that is defined as this one.
    fn found(&self) -> Option<i32> {
        FRENCH
            .into_iter()
            .find(|code| Self::of(*code).is_some_and(|known| self.equals(&known)))
            .or_else(|| self.matched())
            .or_else(|| {
                FRENCH
                    .into_iter()
                    .find(|code| Self::of(*code).is_some_and(|known| self.measures_as(&known)))
            })
    }

    /// Whether PROJ holds the two equivalent.
    fn equals(&self, other: &Self) -> bool {
        let options = [
            c"CRITERION=EQUIVALENT_EXCEPT_AXIS_ORDER_GEOGCRS".as_ptr(),
            c"IGNORE_DATA_AXIS_TO_SRS_AXIS_MAPPING=YES".as_ptr(),
            ptr::null(),
        ];
        // SAFETY: both handles are open; the list ends with a null.
        unsafe { OSRIsSameEx(self.0, other.0, options.as_ptr()) != 0 }
    }

    /// The best match of EPSG's whole register, if it is a certain one.
    fn matched(&self) -> Option<i32> {
        let mut count: c_int = 0;
        let mut confidence: *mut c_int = ptr::null_mut();
        // SAFETY: GDAL makes two arrays of `count`, which are given back after reading.
        unsafe {
            let found =
                OSRFindMatches(self.0, ptr::null_mut(), &raw mut count, &raw mut confidence);
            let mut best = None;
            if !found.is_null() && count > 0 && *confidence >= 90 {
                best = System::adopt(OSRClone(*found)).and_then(|first| first.authority_code());
            }
            OSRFreeSRSArray(found);
            VSIFree(confidence.cast());
            best
        }
    }

    /// Whether the other projects with the same method and the same figures on the same ellipsoid:
    /// what is left to compare where names were spelt by another program.
    fn measures_as(&self, other: &Self) -> bool {
        // SAFETY: both handles are open.
        unsafe {
            if OSRIsProjected(self.0) == 0 || OSRIsProjected(other.0) == 0 {
                return false;
            }
        }
        let (ours, theirs) = (self.figures(), other.figures());
        let same = ours
            .iter()
            .zip(&theirs)
            .all(|(one, two)| (one - two).abs() <= 1e-9 * one.abs().max(1.0));
        same && self.method() == other.method()
    }

    fn method(&self) -> String {
        // SAFETY: the handle is ours, the name ends with a zero, the text lives as long.
        let method = unsafe { words(OSRGetAttrValue(self.0, c"PROJECTION".as_ptr(), 0)) };
        // ESRI's name for both.
        if method == "Lambert_Conformal_Conic" {
            "Lambert_Conformal_Conic_2SP".to_owned()
        } else {
            method
        }
    }

    /// Ellipsoid, unit, and the projection's parameters.
    fn figures(&self) -> Vec<f64> {
        const PARAMETERS: [&CStr; 9] = [
            c"latitude_of_origin",
            c"central_meridian",
            c"standard_parallel_1",
            c"standard_parallel_2",
            c"scale_factor",
            c"false_easting",
            c"false_northing",
            c"latitude_of_center",
            c"longitude_of_center",
        ];
        let mut code = OGRErr::OGRERR_NONE;
        // SAFETY: the handle is ours, names end with zeros, results are ours.
        unsafe {
            let mut figures = vec![
                OSRGetSemiMajor(self.0, &raw mut code),
                OSRGetInvFlattening(self.0, &raw mut code),
                OSRGetLinearUnits(self.0, ptr::null_mut()),
                OSRGetPrimeMeridian(self.0, ptr::null_mut()),
            ];
            figures.extend(
                PARAMETERS
                    .map(|name| OSRGetNormProjParm(self.0, name.as_ptr(), 0.0, &raw mut code)),
            );
            // Parallels are the same in either order.
            if figures[6] < figures[7] {
                figures.swap(6, 7);
            }
            figures
        }
    }
}

/// A text of GDAL's.
///
/// # Safety
/// `lent` is null, or ends with a zero and lives through the call.
unsafe fn words(lent: *const c_char) -> String {
    if lent.is_null() {
        return String::new();
    }
    // SAFETY: as the caller promises.
    unsafe { CStr::from_ptr(lent) }
        .to_string_lossy()
        .into_owned()
}
