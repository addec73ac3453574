//! The packed R-tree between header and features (flatgeobuf.org, «Packed R-tree»).
//!
//! Leaves stand in the order of the features, along a Hilbert curve, root first. Only the leaves
//! are held (48 bytes a feature); inner nodes are a fifteenth of them and made when written.

use std::cmp::Reverse;
use std::io::{self, Write};
use std::ops::Range;

use crate::model::Bbox;

/// Children of a node.
pub(super) const NODE_SIZE: u16 = 16;

/// Side of the grid that the Hilbert curve fills.
const SIDE: u32 = 1 << 16;

/// A box that no box meets: a feature without geometry is not found by place.
const NOWHERE: Bbox = Bbox {
    min_x: f64::INFINITY,
    min_y: f64::INFINITY,
    max_x: f64::NEG_INFINITY,
    max_y: f64::NEG_INFINITY,
};

/// One feature of the file.
#[derive(Debug, Clone, Copy)]
struct Leaf {
    bbox: Bbox,
    /// Where its bytes begin in the spool that they were written to.
    offset: u64,
    /// How many bytes it has.
    size: u32,
    /// Its place along the curve.
    place: u32,
}

/// The index of a file, gathered while features are spooled.
#[derive(Debug, Default)]
pub struct Index {
    leaves: Vec<Leaf>,
    spooled: u64,
    extent: Option<Bbox>,
}

impl Index {
    /// An index for about so many features.
    pub fn with_capacity(count: usize) -> Self {
        Self {
            leaves: Vec::with_capacity(count),
            ..Self::default()
        }
    }

    /// Adds the feature that was spooled next, of so many bytes.
    pub fn push(&mut self, bbox: Option<Bbox>, size: usize) {
        self.extent = match (self.extent, bbox) {
            (Some(extent), Some(bbox)) => Some(extent.union(bbox)),
            (extent, bbox) => extent.or(bbox),
        };
        self.leaves.push(Leaf {
            bbox: bbox.unwrap_or(NOWHERE),
            offset: self.spooled,
            size: size as u32,
            place: 0,
        });
        self.spooled += size as u64;
    }

    /// What the header says of the file. An empty file has no index.
    pub fn contents(&self) -> super::Contents {
        super::Contents {
            count: self.leaves.len() as u64,
            extent: self.extent,
            indexed: !self.leaves.is_empty(),
        }
    }

    /// Puts the features in the order of the file: nothing is added after.
    pub fn order(&mut self) {
        let extent = self.extent.unwrap_or(NOWHERE);
        for leaf in &mut self.leaves {
            leaf.place = hilbert_place(leaf.bbox, extent);
        }
        self.leaves
            .sort_unstable_by_key(|leaf| (Reverse(leaf.place), leaf.offset));
    }

    /// The bytes of the spool in the order of the file; neighbours are taken together, up to
    /// `most` bytes unless one feature has more.
    pub fn runs(&self, most: u64) -> impl Iterator<Item = Range<u64>> {
        let mut leaves = self.leaves.iter().peekable();
        std::iter::from_fn(move || {
            let first = leaves.next()?;
            let mut run = first.offset..first.offset + u64::from(first.size);
            while let Some(next) = leaves.next_if(|next| {
                next.offset == run.end && run.end - run.start + u64::from(next.size) <= most
            }) {
                run.end += u64::from(next.size);
            }
            Some(run)
        })
    }

    /// Writes the tree, once ordered.
    ///
    /// # Errors
    /// When the writer refuses.
    pub fn write(&self, out: &mut impl Write) -> io::Result<()> {
        if self.leaves.is_empty() {
            return Ok(());
        }
        let levels = self.inner_levels();
        // A node names its first child by its place in the whole tree, counted from the root.
        let mut first = 0;
        for (rank, level) in levels.iter().enumerate().rev() {
            first += level.len();
            let children = rank
                .checked_sub(1)
                .map_or(self.leaves.len(), |r| levels[r].len());
            for (place, bbox) in level.iter().enumerate() {
                let child = place * usize::from(NODE_SIZE);
                debug_assert!(child < children, "every node has a child");
                write_node(out, bbox, (first + child) as u64)?;
            }
        }
        let mut offset = 0;
        for leaf in &self.leaves {
            write_node(out, &leaf.bbox, offset)?;
            offset += u64::from(leaf.size);
        }
        Ok(())
    }

    /// Boxes of the inner nodes, the lowest level first, the root's last.
    fn inner_levels(&self) -> Vec<Vec<Bbox>> {
        let size = usize::from(NODE_SIZE);
        let merge = |children: &mut dyn Iterator<Item = Bbox>| children.fold(NOWHERE, Bbox::union);
        let mut levels: Vec<Vec<Bbox>> = vec![
            self.leaves
                .chunks(size)
                .map(|leaves| merge(&mut leaves.iter().map(|leaf| leaf.bbox)))
                .collect(),
        ];
        while let Some(below) = levels.last().filter(|level| level.len() > 1) {
            let above = below
                .chunks(size)
                .map(|nodes| merge(&mut nodes.iter().copied()))
                .collect();
            levels.push(above);
        }
        levels
    }
}

fn write_node(out: &mut impl Write, bbox: &Bbox, offset: u64) -> io::Result<()> {
    for value in bbox.to_array() {
        out.write_all(&value.to_le_bytes())?;
    }
    out.write_all(&offset.to_le_bytes())
}

fn hilbert_place(bbox: Bbox, extent: Bbox) -> u32 {
    let cell = |low: f64, high: f64, from: f64, until: f64| {
        let share = ((low + high) / 2.0 - from) / (until - from);
        // Not a number (no geometry, no width) becomes 0.
        (share * f64::from(SIDE - 1)) as u32
    };
    hilbert(
        cell(bbox.min_x, bbox.max_x, extent.min_x, extent.max_x),
        cell(bbox.min_y, bbox.max_y, extent.min_y, extent.max_y),
    )
}

/// Distance along the Hilbert curve of a cell of the grid.
fn hilbert(mut x: u32, mut y: u32) -> u32 {
    let mut distance = 0;
    let mut side = SIDE / 2;
    while side > 0 {
        let (right, up) = (u32::from(x & side > 0), u32::from(y & side > 0));
        distance += side * side * ((3 * right) ^ up);
        if up == 0 {
            if right == 1 {
                x = (SIDE - 1).wrapping_sub(x);
                y = (SIDE - 1).wrapping_sub(y);
            }
            std::mem::swap(&mut x, &mut y);
        }
        side /= 2;
    }
    distance
}
