//! The forks of a text: each run of the scanner takes one branch at each, and says which there
//! were.

/// The branches of one run.
#[derive(Debug)]
pub(super) struct Choices {
    plan: Vec<usize>,
    taken: Vec<(usize, usize)>,
}

impl Choices {
    /// A run that takes these branches, then the first of each.
    pub fn new(plan: Vec<usize>) -> Self {
        Self {
            plan,
            taken: Vec::new(),
        }
    }

    /// Which of `count` branches to take, the likeliest being 0.
    pub fn take(&mut self, count: usize) -> usize {
        if count < 2 {
            return 0;
        }
        let branch = self.plan.get(self.taken.len()).copied().unwrap_or(0);
        self.taken.push((branch, count));
        branch
    }

    /// The branches of the next run; none when all were taken.
    pub fn next(mut self) -> Option<Vec<usize>> {
        while let Some((branch, count)) = self.taken.pop() {
            if branch + 1 < count {
                let mut plan: Vec<usize> = self.taken.iter().map(|(branch, _)| *branch).collect();
                plan.push(branch + 1);
                return Some(plan);
            }
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_branch_is_taken_once() {
        let mut plan = Some(Vec::new());
        let mut runs = Vec::new();
        while let Some(branches) = plan {
            let mut choices = Choices::new(branches);
            let first = choices.take(2);
            let only = choices.take(1);
            let second = if first == 0 { choices.take(3) } else { 0 };
            runs.push((first, only, second));
            plan = choices.next();
        }
        assert_eq!(runs, [(0, 0, 0), (0, 0, 1), (0, 0, 2), (1, 0, 0)]);
    }
}
