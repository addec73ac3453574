//! Geometries from WKB to FlatGeobuf's tables: flat coordinates, ends of parts.

use flatbuffers::{FlatBufferBuilder, WIPOffset};
use flatgeobuf::{Geometry, GeometryArgs, GeometryType as Shape};
use geozero::GeomProcessor;
use geozero::error::{GeozeroError, Result};

use crate::model::{Bbox, Crs, mercator_to_degrees};

type Written = WIPOffset<Geometry<'static>>;

/// Writes geometries, keeping its buffers from one to the next.
pub(super) struct Geometries {
    degrees: bool,
    /// Whether each geometry says its type, because the header does not.
    typed: bool,
    open: Vec<Part>,
    spare: Vec<Part>,
}

/// A geometry being read, and those that hold it.
struct Part {
    shape: Shape,
    xy: Vec<f64>,
    ends: Vec<u32>,
    parts: Vec<Written>,
}

impl Geometries {
    pub(super) fn new(crs: Crs, typed: bool) -> Self {
        Self {
            degrees: crs.is_geographic(),
            typed,
            open: Vec::new(),
            spare: Vec::new(),
        }
    }

    /// The geometry and its box; nothing when the feature has none, no box when it is empty.
    pub(super) fn write(
        &mut self,
        builder: &mut FlatBufferBuilder<'static>,
        wkb: &[u8],
    ) -> (Option<Written>, Option<Bbox>) {
        if wkb.is_empty() {
            return (None, None);
        }
        self.spare.append(&mut self.open);
        let mut reader = wkb;
        let mut reading = Reading {
            own: self,
            builder,
            bbox: NOWHERE,
            whole: None,
        };
        if geozero::wkb::process_wkb_geom(&mut reader, &mut reading).is_err() {
            return (None, None);
        }
        let bbox = (reading.bbox.min_x <= reading.bbox.max_x).then_some(reading.bbox);
        (reading.whole, bbox)
    }
}

const NOWHERE: Bbox = Bbox {
    min_x: f64::INFINITY,
    min_y: f64::INFINITY,
    max_x: f64::NEG_INFINITY,
    max_y: f64::NEG_INFINITY,
};

struct Reading<'a> {
    own: &'a mut Geometries,
    builder: &'a mut FlatBufferBuilder<'static>,
    bbox: Bbox,
    whole: Option<Written>,
}

impl Reading<'_> {
    fn begin(&mut self, shape: Shape) -> Result<()> {
        let mut part = self.own.spare.pop().unwrap_or_else(|| Part {
            shape,
            xy: Vec::new(),
            ends: Vec::new(),
            parts: Vec::new(),
        });
        part.shape = shape;
        part.xy.clear();
        part.ends.clear();
        part.parts.clear();
        self.own.open.push(part);
        Ok(())
    }

    fn current(&mut self) -> Result<&mut Part> {
        self.own.open.last_mut().ok_or(GeozeroError::GeometryFormat)
    }

    /// A ring or a line of a geometry that has several.
    fn close_line(&mut self) -> Result<()> {
        let part = self.current()?;
        let end = (part.xy.len() / 2) as u32;
        part.ends.push(end);
        Ok(())
    }

    fn end(&mut self) -> Result<()> {
        let part = self.own.open.pop().ok_or(GeozeroError::GeometryFormat)?;
        // Elements of a collection say their type; polygons of a multipolygon have but one.
        let named = match self.own.open.last() {
            None => self.own.typed,
            Some(parent) => parent.shape == Shape::GeometryCollection,
        };
        let nested = matches!(part.shape, Shape::MultiPolygon | Shape::GeometryCollection);
        let arguments = GeometryArgs {
            xy: (!nested).then(|| self.builder.create_vector(&part.xy)),
            // GDAL asks for the ends of a single line too.
            ends: (part.ends.len() > 1 || part.shape == Shape::MultiLineString)
                .then(|| self.builder.create_vector(&part.ends)),
            parts: nested.then(|| self.builder.create_vector(&part.parts)),
            type_: if named { part.shape } else { Shape::Unknown },
            ..GeometryArgs::default()
        };
        let written = Geometry::create(self.builder, &arguments);
        self.own.spare.push(part);
        match self.own.open.last_mut() {
            Some(parent) => parent.parts.push(written),
            None => self.whole = Some(written),
        }
        Ok(())
    }
}

impl GeomProcessor for Reading<'_> {
    fn xy(&mut self, x: f64, y: f64, _: usize) -> Result<()> {
        let (x, y) = if self.own.degrees {
            mercator_to_degrees(x, y)
        } else {
            (x, y)
        };
        let bbox = &mut self.bbox;
        bbox.min_x = bbox.min_x.min(x);
        bbox.min_y = bbox.min_y.min(y);
        bbox.max_x = bbox.max_x.max(x);
        bbox.max_y = bbox.max_y.max(y);
        self.current()?.xy.extend([x, y]);
        Ok(())
    }

    fn empty_point(&mut self, _: usize) -> Result<()> {
        self.begin(Shape::Point)?;
        self.end()
    }

    fn point_begin(&mut self, _: usize) -> Result<()> {
        self.begin(Shape::Point)
    }

    fn point_end(&mut self, _: usize) -> Result<()> {
        self.end()
    }

    fn multipoint_begin(&mut self, _: usize, _: usize) -> Result<()> {
        self.begin(Shape::MultiPoint)
    }

    fn multipoint_end(&mut self, _: usize) -> Result<()> {
        self.end()
    }

    fn linestring_begin(&mut self, tagged: bool, _: usize, _: usize) -> Result<()> {
        if tagged {
            self.begin(Shape::LineString)?;
        }
        Ok(())
    }

    fn linestring_end(&mut self, tagged: bool, _: usize) -> Result<()> {
        if tagged {
            self.end()
        } else {
            self.close_line()
        }
    }

    fn multilinestring_begin(&mut self, _: usize, _: usize) -> Result<()> {
        self.begin(Shape::MultiLineString)
    }

    fn multilinestring_end(&mut self, _: usize) -> Result<()> {
        self.end()
    }

    fn polygon_begin(&mut self, _: bool, _: usize, _: usize) -> Result<()> {
        self.begin(Shape::Polygon)
    }

    fn polygon_end(&mut self, _: bool, _: usize) -> Result<()> {
        self.end()
    }

    fn multipolygon_begin(&mut self, _: usize, _: usize) -> Result<()> {
        self.begin(Shape::MultiPolygon)
    }

    fn multipolygon_end(&mut self, _: usize) -> Result<()> {
        self.end()
    }

    fn geometrycollection_begin(&mut self, _: usize, _: usize) -> Result<()> {
        self.begin(Shape::GeometryCollection)
    }

    fn geometrycollection_end(&mut self, _: usize) -> Result<()> {
        self.end()
    }
}
