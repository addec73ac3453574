//! One row of a layer, and its values.

use std::ffi::c_int;
use std::ptr;

use gdal_sys::*;

use super::{index, lent};

/// One row.
pub struct Feature(pub(super) OGRFeatureH);

/// A date and time of a row, as GDAL has them.
#[derive(Default)]
pub struct Moment {
    /// Year, month, day.
    pub date: (c_int, c_int, c_int),
    /// Hour, minute.
    pub time: (c_int, c_int),
    /// Seconds and their fraction.
    pub seconds: f32,
    /// 0 unknown, 1 local, 100 UTC, and quarters of an hour around it.
    pub zone: c_int,
}

impl Feature {
    /// GDAL's number of the row.
    pub fn fid(&self) -> i64 {
        // SAFETY: the feature is ours.
        unsafe { OGR_F_GetFID(self.0) }
    }

    /// Whether it has a value in that column.
    pub fn has(&self, column: usize) -> bool {
        // SAFETY: the feature is ours; columns are numbered by its layer's definition.
        unsafe { OGR_F_IsFieldSetAndNotNull(self.0, index(column)) != 0 }
    }

    /// The value as bytes of text.
    pub fn text(&self, column: usize) -> &[u8] {
        // SAFETY: as above; the text lives until the next one is asked for, which `&self` of one
        // caller that copies it at once respects.
        unsafe { lent(OGR_F_GetFieldAsString(self.0, index(column))) }
    }

    /// The values of a list, as bytes of text.
    pub fn list(&self, column: usize) -> Vec<Vec<u8>> {
        let mut values = Vec::new();
        // SAFETY: as above; the list is the feature's, ends with a null, and is copied at once.
        unsafe {
            let mut at = OGR_F_GetFieldAsStringList(self.0, index(column));
            while !at.is_null() && !(*at).is_null() {
                values.push(lent(*at).to_vec());
                at = at.add(1);
            }
        }
        values
    }

    /// The value as an integer.
    pub fn integer(&self, column: usize) -> i64 {
        // SAFETY: as above.
        unsafe { OGR_F_GetFieldAsInteger64(self.0, index(column)) }
    }

    /// The value as a double.
    pub fn real(&self, column: usize) -> f64 {
        // SAFETY: as above.
        unsafe { OGR_F_GetFieldAsDouble(self.0, index(column)) }
    }

    /// The value as a date and time.
    pub fn moment(&self, column: usize) -> Option<Moment> {
        let mut found = Moment::default();
        // SAFETY: as above; the places are ours.
        let code = unsafe {
            OGR_F_GetFieldAsDateTimeEx(
                self.0,
                index(column),
                &raw mut found.date.0,
                &raw mut found.date.1,
                &raw mut found.date.2,
                &raw mut found.time.0,
                &raw mut found.time.1,
                &raw mut found.seconds,
                &raw mut found.zone,
            )
        };
        (code != 0).then_some(found)
    }

    /// The geometry as ISO WKB, little end first: curves made into lines, triangulated and
    /// polyhedral surfaces into polygons.
    pub fn wkb(&self) -> Option<Vec<u8>> {
        // SAFETY: the geometry is taken out of the feature, and each step takes what it replaces.
        unsafe {
            let stolen = OGR_F_StealGeometry(self.0);
            if stolen.is_null() {
                return None;
            }
            let geometry = flattened(stolen);
            let mut wkb = vec![0; OGR_G_WkbSizeEx(geometry)];
            let code = OGR_G_ExportToIsoWkb(geometry, OGRwkbByteOrder::wkbNDR, wkb.as_mut_ptr());
            OGR_G_DestroyGeometry(geometry);
            (code == OGRErr::OGRERR_NONE).then_some(wkb)
        }
    }
}

/// The same geometry without curves, triangles and polyhedra.
///
/// # Safety
/// `geometry` is the caller's own; what is returned replaces it.
unsafe fn flattened(geometry: OGRGeometryH) -> OGRGeometryH {
    // SAFETY: as the caller promises.
    unsafe {
        let mut geometry = geometry;
        // By kind, not by content: a MultiSurface of straight polygons is one to GDAL alone.
        if OGR_G_HasCurveGeometry(geometry, 0) != 0 {
            let linear = OGR_G_GetLinearGeometry(geometry, 0.0, ptr::null_mut());
            OGR_G_DestroyGeometry(geometry);
            geometry = linear;
        }
        match OGR_GT_Flatten(OGR_G_GetGeometryType(geometry)) {
            OGRwkbGeometryType::wkbTIN | OGRwkbGeometryType::wkbPolyhedralSurface => {
                OGR_G_ForceToMultiPolygon(geometry)
            }
            OGRwkbGeometryType::wkbTriangle => OGR_G_ForceToPolygon(geometry),
            _ => geometry,
        }
    }
}

impl Drop for Feature {
    fn drop(&mut self) {
        // SAFETY: the feature is ours.
        unsafe { OGR_F_Destroy(self.0) };
    }
}
