//! Work spread over threads whose results come back in the order of the tasks.
//!
//! Each task takes its own way back with it; the ways back queue up in order. Both queues are bounded, so that neither a fast
//! reader nor a slow page fills the memory.

use crossbeam_channel::{Receiver, Sender, TryRecvError, bounded};
use std::thread;

/// Tasks under way for each worker; more would only take memory.
const TASKS_PER_WORKER: usize = 4;

/// The producer's end: takes tasks, and refuses them once nobody waits for results.
pub struct Tasks<T, R> {
    work: Sender<(T, Sender<R>)>,
    order: Sender<Receiver<R>>,
}

/// Nobody waits for results any more.
pub struct Stopped;

impl<T, R> Tasks<T, R> {
    /// Hands in the next task; waits while too many are under way.
    pub fn push(&self, task: T) -> Result<(), Stopped> {
        let (back, result) = bounded(1);
        self.order.send(result).map_err(|_| Stopped)?;
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

/// Runs `produce` on a thread of its own, `work` on `jobs` threads and `consume` here; an error of `consume` stops all.
pub fn in_order<T: Send, R: Send, E>(
    jobs: usize,
    produce: impl FnOnce(&Tasks<T, R>) + Send,
    work: impl Fn(T) -> R + Sync,
    mut consume: impl FnMut(Step<R>) -> Result<(), E>,
) -> Result<(), E> {
    let jobs = jobs.max(1);
    let (work_in, work_out) = bounded::<(T, Sender<R>)>(jobs * TASKS_PER_WORKER);
    let (order_in, order_out) = bounded::<Receiver<R>>(jobs * TASKS_PER_WORKER);
    thread::scope(|scope| {
        scope.spawn(move || produce(&Tasks { work: work_in, order: order_in }));
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
        // Dropping the order's end on the way out tells the producer to stop.
        let mut order = Patient(order_out);
        while let Some(back) = order.next(&mut consume)? {
            if let Some(result) = Patient(back).next(&mut consume)? {
                consume(Step::Result(result))?;
            }
        }
        Ok(())
    })
}

/// A receiver that tells when it has to wait.
struct Patient<M>(Receiver<M>);

impl<M> Patient<M> {
    fn next<R, E>(&mut self, consume: &mut impl FnMut(Step<R>) -> Result<(), E>) -> Result<Option<M>, E> {
        match self.0.try_recv() {
            Ok(message) => Ok(Some(message)),
            Err(TryRecvError::Disconnected) => Ok(None),
            Err(TryRecvError::Empty) => {
                consume(Step::Waiting)?;
                Ok(self.0.recv().ok())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::convert::Infallible;
    use std::time::Duration;

    #[test]
    fn results_keep_the_order() {
        for jobs in [0, 1, 3, 16] {
            let mut seen = Vec::new();
            let work = |n: u64| {
                // Later tasks are done sooner.
                thread::sleep(Duration::from_micros(200 - n));
                n
            };
            let produce = |tasks: &Tasks<u64, u64>| (0..200).for_each(|n| drop(tasks.push(n)));
            let done = in_order(jobs, produce, work, |step| {
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
        let produce = |tasks: &Tasks<u64, u64>| {
            let mut n = 0;
            while tasks.push(n).is_ok() {
                n += 1;
            }
        };
        let done = in_order(2, produce, |n| n, |step| if matches!(step, Step::Result(50)) { Err("enough") } else { Ok(()) });
        assert_eq!(done, Err("enough"));
    }
}
