//! Work spread over threads whose results come back in the order of the tasks.
//!
//! Each task takes its own way back with it; the ways back queue up in order. The queues are bounded in number and in bytes, so
//! that neither a fast reader nor a slow page fills the memory.

use crossbeam_channel::{Receiver, Sender, TryRecvError, bounded};
use std::sync::{Condvar, Mutex, PoisonError};
use std::thread;

/// Tasks under way for each worker; more would only take memory.
const TASKS_PER_WORKER: usize = 4;

/// The producer's end: takes tasks, and refuses them once nobody waits for results.
pub struct Tasks<'b, T, R> {
    work: Sender<(T, Sender<R>)>,
    order: Sender<(Receiver<R>, usize)>,
    budget: &'b Budget,
}

/// Nobody waits for results any more.
pub struct Stopped;

impl<T, R> Tasks<'_, T, R> {
    /// Hands in the next task, which holds so many bytes; waits while too much is under way.
    pub fn push(&self, task: T, bytes: usize) -> Result<(), Stopped> {
        let (back, result) = bounded(1);
        let taken = self.budget.take(bytes);
        self.order.send((result, taken)).map_err(|_| Stopped)?;
        self.work.send((task, back)).map_err(|_| Stopped)
    }
}

/// What the consumer is told.
pub enum Step<R> {
    /// The next result.
    Result(R),
    /// The next result is not there yet: a good moment to pass on what is.
    Waiting,
}

/// How much is under way at most.
#[derive(Debug, Clone, Copy)]
pub struct Bounds {
    /// Threads that work.
    pub jobs: usize,
    /// Bytes of all tasks under way; a larger task goes alone.
    pub bytes_max: usize,
    /// Tasks under way, each of which may hold a file open.
    pub tasks_max: usize,
}

/// Runs `produce` on a thread of its own, `work` on several and `consume` here; an error of `consume` stops all.
pub fn in_order<T: Send, R: Send, E>(
    bounds: Bounds,
    produce: impl FnOnce(&Tasks<T, R>) + Send,
    work: impl Fn(T) -> R + Sync,
    mut consume: impl FnMut(Step<R>) -> Result<(), E>,
) -> Result<(), E> {
    let jobs = bounds.jobs.max(1);
    let tasks = (jobs * TASKS_PER_WORKER).min(bounds.tasks_max);
    let (work_in, work_out) = bounded::<(T, Sender<R>)>(tasks);
    let (order, order_out) = bounded(tasks);
    let budget = &Budget::new(bounds.bytes_max);
    thread::scope(|scope| {
        scope.spawn(move || produce(&Tasks { work: work_in, order, budget }));
        for _ in 0..jobs {
            let (queue, work) = (work_out.clone(), &work);
            scope.spawn(move || {
                for (task, back) in queue {
                    // The consumer may have stopped.
                    let _ = back.send(work(task));
                }
            });
        }
        drop(work_out);
        let done = drain(order_out, budget, &mut consume);
        // A producer that waits for bytes learns only now that nobody wants them.
        budget.lift();
        done
    })
}

/// Takes the results in order; dropping the queue on the way out tells the producer to stop.
fn drain<R, E>(
    order: Receiver<(Receiver<R>, usize)>,
    budget: &Budget,
    consume: &mut impl FnMut(Step<R>) -> Result<(), E>,
) -> Result<(), E> {
    while let Some((back, taken)) = next(&order, consume)? {
        if let Some(result) = next(&back, consume)? {
            consume(Step::Result(result))?;
        }
        budget.give(taken);
    }
    Ok(())
}

/// The next message, or `None` if none will come; tells when it has to wait.
fn next<M, R, E>(queue: &Receiver<M>, consume: &mut impl FnMut(Step<R>) -> Result<(), E>) -> Result<Option<M>, E> {
    match queue.try_recv() {
        Ok(message) => Ok(Some(message)),
        Err(TryRecvError::Disconnected) => Ok(None),
        Err(TryRecvError::Empty) => {
            consume(Step::Waiting)?;
            Ok(queue.recv().ok())
        }
    }
}

/// Bytes that may be under way.
struct Budget {
    left: Mutex<usize>,
    freed: Condvar,
    max: usize,
}

impl Budget {
    fn new(max: usize) -> Self {
        Budget { left: Mutex::new(max), freed: Condvar::new(), max }
    }

    /// Takes bytes, or all there are for a task that is larger; returns how many.
    fn take(&self, bytes: usize) -> usize {
        let taken = bytes.min(self.max);
        let left = self.left.lock().unwrap_or_else(PoisonError::into_inner);
        let mut left = self.freed.wait_while(left, |left| *left < taken).unwrap_or_else(PoisonError::into_inner);
        *left -= taken;
        taken
    }

    fn give(&self, bytes: usize) {
        *self.left.lock().unwrap_or_else(PoisonError::into_inner) += bytes;
        self.freed.notify_one();
    }

    /// Gives everything, for good: nobody has to wait any more.
    fn lift(&self) {
        *self.left.lock().unwrap_or_else(PoisonError::into_inner) = usize::MAX;
        self.freed.notify_all();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::convert::Infallible;
    use std::time::Duration;

    #[test]
    fn results_keep_the_order() {
        for (jobs, bytes_max) in [(0, 0), (1, 1), (3, 10), (16, 1000)] {
            let mut seen = Vec::new();
            let work = |n: u64| {
                // Later tasks are done sooner.
                thread::sleep(Duration::from_micros(200 - n));
                n
            };
            let produce = |tasks: &Tasks<u64, u64>| (0..200).for_each(|n| drop(tasks.push(n, n as usize % 7)));
            let done = in_order(Bounds { jobs, bytes_max, tasks_max: 20 }, produce, work, |step| {
                if let Step::Result(n) = step {
                    seen.push(n);
                }
                Ok::<_, Infallible>(())
            });
            assert!(done.is_ok());
            assert!(seen.iter().copied().eq(0..200));
        }
    }

    #[test]
    fn an_error_stops_an_endless_producer() {
        for bytes_max in [1, 1000] {
            let produce = |tasks: &Tasks<u64, u64>| {
                let mut n = 0;
                while tasks.push(n, 1).is_ok() {
                    n += 1;
                }
            };
            let consume = |step| if matches!(step, Step::Result(50)) { Err("enough") } else { Ok(()) };
            assert_eq!(in_order(Bounds { jobs: 2, bytes_max, tasks_max: 1 }, produce, |n| n, consume), Err("enough"));
        }
    }
}
