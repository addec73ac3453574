//! Boxes found by place: an R-tree packed once.

/// West, south, east, north.
pub(super) type Rectangle = [f64; 4];

/// Entries under one node.
const FAN: usize = 16;

/// Rectangles in an order in which neighbours lie together, and above them the rectangles of each
/// sixteen, up to one.
pub(super) struct Tree {
    /// What each leaf stands for, in the order of the lowest level.
    items: Vec<u32>,
    levels: Vec<Vec<Rectangle>>,
}

impl Tree {
    /// Packs rectangles; what is found are their places in the list.
    pub(super) fn pack(rectangles: &[Rectangle]) -> Self {
        let mut items: Vec<u32> = (0..rectangles.len() as u32).collect();
        let middle = |item: &u32, axis: usize| {
            let rectangle = &rectangles[*item as usize];
            rectangle[axis] + rectangle[axis + 2]
        };
        // Sort-tile-recursive: strips of about a square's side, each ordered by height.
        items.sort_unstable_by(|a, b| middle(a, 0).total_cmp(&middle(b, 0)));
        let leaves = items.len().div_ceil(FAN);
        let strips = (leaves as f64).sqrt().ceil().max(1.0) as usize;
        let strip = items.len().div_ceil(strips).max(1);
        for part in items.chunks_mut(strip) {
            part.sort_unstable_by(|a, b| middle(a, 1).total_cmp(&middle(b, 1)));
        }
        let mut levels = vec![
            items
                .iter()
                .map(|item| rectangles[*item as usize])
                .collect::<Vec<_>>(),
        ];
        while let Some(below) = levels.last().filter(|below| below.len() > 1) {
            let above = below.chunks(FAN).map(around).collect();
            levels.push(above);
        }
        Self { items, levels }
    }

    /// What is packed, in an order in which neighbours lie together.
    pub(super) fn items(&self) -> &[u32] {
        &self.items
    }

    /// Shows what meets a rectangle.
    pub(super) fn find(&self, window: &Rectangle, mut found: impl FnMut(u32)) {
        if let Some(top) = self.levels.len().checked_sub(1) {
            self.descend(top, 0..self.levels[top].len(), window, &mut found);
        }
    }

    fn descend(
        &self,
        level: usize,
        among: std::ops::Range<usize>,
        window: &Rectangle,
        found: &mut impl FnMut(u32),
    ) {
        for place in among {
            if !meet(&self.levels[level][place], window) {
                continue;
            }
            if level == 0 {
                found(self.items[place]);
            } else {
                let end = (place * FAN + FAN).min(self.levels[level - 1].len());
                self.descend(level - 1, place * FAN..end, window, found);
            }
        }
    }
}

/// Whether two rectangles have a point in common.
pub(super) fn meet(a: &Rectangle, b: &Rectangle) -> bool {
    a[0] <= b[2] && b[0] <= a[2] && a[1] <= b[3] && b[1] <= a[3]
}

/// The rectangle around others.
fn around(rectangles: &[Rectangle]) -> Rectangle {
    let nothing = [
        f64::INFINITY,
        f64::INFINITY,
        f64::NEG_INFINITY,
        f64::NEG_INFINITY,
    ];
    rectangles.iter().fold(nothing, |all, one| {
        [
            all[0].min(one[0]),
            all[1].min(one[1]),
            all[2].max(one[2]),
            all[3].max(one[3]),
        ]
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_meets_a_window_is_found_and_nothing_else() {
        // Squares of 1 at every whole position of 40 by 25.
        let squares: Vec<Rectangle> = (0..1000)
            .map(|n| (f64::from(n % 40), f64::from(n / 40)))
            .map(|(x, y)| [x, y, x + 0.9, y + 0.9])
            .collect();
        let tree = Tree::pack(&squares);
        for window in [
            [3.5, 4.5, 6.2, 5.1],
            [-5.0, -5.0, 100.0, 100.0],
            [0.95, 0.0, 0.99, 30.0],
            [39.9, 24.9, 41.0, 26.0],
        ] {
            let mut found = Vec::new();
            tree.find(&window, |item| found.push(item));
            found.sort_unstable();
            let wanted: Vec<u32> = (0..1000)
                .filter(|item| meet(&squares[*item as usize], &window))
                .collect();
            assert_eq!(found, wanted, "{window:?}");
        }
        Tree::pack(&[]).find(&[0.0, 0.0, 1.0, 1.0], |_| panic!("nothing is there"));
    }
}
