//! Work that every core takes its part of.

/// What `work` makes of the parts of a list, one a core.
pub(crate) fn on_every_core<T: Sync, R: Send>(
    list: &[T],
    work: impl Fn(&[T]) -> R + Sync,
) -> Vec<R> {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let parts = list.chunks(list.len().div_ceil(cores).max(1));
    let work = &work;
    std::thread::scope(|scope| {
        let started: Vec<_> = parts.map(|part| scope.spawn(move || work(part))).collect();
        let ended = started.into_iter().map(|thread| thread.join());
        ended
            .map(|end| end.unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
            .collect()
    })
}
