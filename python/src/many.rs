//! Many pages on several threads: pages are pulled in batches by the thread that asks for results, and cleaned by workers that need no
//! Python. Results come out in the order of the pages.

use std::collections::VecDeque;
use std::process;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, TryLockError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use crossbeam_channel::{Receiver, RecvTimeoutError, Sender, bounded, unbounded};
use pyo3::exceptions::{PyRuntimeError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::PyIterator;
use unchaff::PageFacts;

use crate::cleaned::PyCleaned;
use crate::core::Core;
use crate::input::Input;

/// A batch is handed to a worker when it has so many pages, …
const BATCH_PAGES: usize = 64;
/// … so many bytes, …
const BATCH_BYTES: usize = 128 << 10;
/// … or when the iterable has taken so long for it: one that is slow is not waited for.
const BATCH_TIME: Duration = Duration::from_millis(10);
/// How many batches are ahead, for each thread.
const BATCHES_AHEAD: usize = 4;
/// How many bytes are ahead before no further batch is pulled.
const BYTES_AHEAD: usize = 64 << 20;
/// How often it is looked whether the user wants to stop.
const SIGNALS_EVERY: Duration = Duration::from_millis(50);

/// An iterator over results, in the order of the pages. `close()`, or leaving a `with`, ends its threads.
#[pyclass(name = "CleanedIterator", module = "unchaff", frozen)]
pub struct Many {
    run: Mutex<Run>,
}

struct Run {
    core: Arc<Core>,
    /// The pages; none when there are no more.
    pages: Option<Py<PyIterator>>,
    /// How many pages were pulled.
    pulled: usize,
    threads: usize,
    pool: Option<Pool>,
    pending: VecDeque<Pending>,
    bytes_ahead: usize,
    ready: VecDeque<PyCleaned>,
}

enum Pending {
    Batch(Receiver<Vec<PyCleaned>>, usize),
    Failed(PyErr),
}

struct Task {
    pages: Vec<Input>,
    back: Sender<Vec<PyCleaned>>,
}

impl Many {
    pub fn new(core: Arc<Core>, pages: &Bound<'_, PyAny>, threads: usize) -> PyResult<Many> {
        let pages = Some(pages.try_iter()?.unbind());
        let (pending, ready) = (VecDeque::new(), VecDeque::new());
        let run = Run { core, pages, pulled: 0, threads, pool: None, pending, bytes_ahead: 0, ready };
        Ok(Many { run: Mutex::new(run) })
    }
}

#[pymethods]
impl Many {
    fn __iter__(slf: PyRef<'_, Self>) -> PyRef<'_, Self> {
        slf
    }

    fn __next__(&self, py: Python<'_>) -> PyResult<Option<PyCleaned>> {
        match self.run.try_lock() {
            Ok(mut run) => run.next(py),
            // Waiting would be for ever: the other one may wait for what this thread holds.
            Err(TryLockError::WouldBlock) => Err(PyValueError::new_err("the iterator is in use already")),
            Err(TryLockError::Poisoned(_)) => Err(PyRuntimeError::new_err("the iterator has failed before")),
        }
    }

    /// Ends it, and waits until its threads have ended; no more results come.
    fn close(&self, py: Python<'_>) {
        if let Ok(mut run) = self.run.try_lock() {
            run.close(py);
        }
    }

    fn __enter__(slf: PyRef<'_, Self>) -> PyRef<'_, Self> {
        slf
    }

    #[pyo3(signature = (*_error))]
    fn __exit__(&self, py: Python<'_>, _error: &Bound<'_, PyAny>) {
        self.close(py);
    }
}

impl Run {
    fn next(&mut self, py: Python<'_>) -> PyResult<Option<PyCleaned>> {
        if let Some(ready) = self.ready.pop_front() {
            return Ok(Some(ready));
        }
        let next = if self.threads == 1 { self.clean_one(py) } else { self.next_batch(py) };
        if !matches!(next, Ok(Some(_))) {
            self.close(py);
        }
        next
    }

    /// The next page, cleaned by the thread that asks.
    fn clean_one(&mut self, py: Python<'_>) -> PyResult<Option<PyCleaned>> {
        py.check_signals()?;
        let Some(page) = self.pull(py)? else { return Ok(None) };
        let core = &self.core;
        Ok(Some(py.detach(|| page.clean(core, &PageFacts::default()))))
    }

    fn next_batch(&mut self, py: Python<'_>) -> PyResult<Option<PyCleaned>> {
        if self.pool.as_ref().is_some_and(|pool| pool.process != process::id()) {
            return Err(PyRuntimeError::new_err("the iterator began before a fork, expected one made in this process"));
        }
        py.check_signals()?;
        self.fill(py);
        match self.pending.pop_front() {
            None => Ok(None),
            Some(Pending::Failed(error)) => Err(error),
            Some(Pending::Batch(back, bytes)) => {
                self.bytes_ahead -= bytes;
                self.ready = wait(py, &back)?.into();
                Ok(self.ready.pop_front())
            }
        }
    }

    /// Pulls pages until enough are ahead.
    fn fill(&mut self, py: Python<'_>) {
        while self.pages.is_some() && self.pending.len() < self.threads * BATCHES_AHEAD && self.bytes_ahead < BYTES_AHEAD {
            let (batch, bytes, failed) = self.pull_batch(py);
            if !batch.is_empty() {
                let pool = self.pool.get_or_insert_with(|| Pool::new(self.threads, &self.core));
                let (back, here) = bounded(1);
                pool.hand(Task { pages: batch, back });
                self.bytes_ahead += bytes;
                self.pending.push_back(Pending::Batch(here, bytes));
            }
            self.pending.extend(failed.map(Pending::Failed));
            // What is there is not held back by pages that take their time.
            if self.pending.front().is_some_and(|first| matches!(first, Pending::Batch(back, _) if !back.is_empty())) {
                break;
            }
        }
    }

    fn pull_batch(&mut self, py: Python<'_>) -> (Vec<Input>, usize, Option<PyErr>) {
        let (mut batch, mut bytes, begun) = (Vec::new(), 0, Instant::now());
        while batch.len() < BATCH_PAGES && bytes < BATCH_BYTES && (batch.is_empty() || begun.elapsed() < BATCH_TIME) {
            match self.pull(py) {
                Ok(Some(page)) => {
                    bytes += page.len();
                    batch.push(page);
                }
                Ok(None) => return (batch, bytes, None),
                Err(error) => return (batch, bytes, Some(error)),
            }
        }
        (batch, bytes, None)
    }

    /// The next page. After a failure there are no more, as with a generator.
    fn pull(&mut self, py: Python<'_>) -> PyResult<Option<Input>> {
        let Some(pages) = &self.pages else { return Ok(None) };
        let place = self.pulled;
        let page = match pages.bind(py).clone().next() {
            Some(page) => page.and_then(|page| Input::new(&page, &|| format!("item {place}"))).map(Some),
            None => Ok(None),
        };
        self.pulled += 1;
        if !matches!(page, Ok(Some(_))) {
            self.pages = None;
        }
        page
    }

    fn close(&mut self, py: Python<'_>) {
        self.pages = None;
        self.ready.clear();
        self.pending.clear();
        if let Some(pool) = self.pool.take() {
            py.detach(|| drop(pool));
        }
    }
}

impl Drop for Run {
    fn drop(&mut self) {
        let Some(pool) = self.pool.take() else { return };
        // Workers are waited for without holding the interpreter; one that ends does not wait for them.
        let mut pool = Some(pool);
        if Python::try_attach(|py| py.detach(|| drop(pool.take()))).is_none() {
            std::mem::forget(pool);
        }
    }
}

fn wait(py: Python<'_>, back: &Receiver<Vec<PyCleaned>>) -> PyResult<Vec<PyCleaned>> {
    loop {
        match py.detach(|| back.recv_timeout(SIGNALS_EVERY)) {
            Ok(batch) => return Ok(batch),
            Err(RecvTimeoutError::Timeout) => py.check_signals()?,
            Err(RecvTimeoutError::Disconnected) => return Err(PyRuntimeError::new_err("a thread that cleans has ended")),
        }
    }
}

/// Threads that clean.
struct Pool {
    tasks: Option<Sender<Task>>,
    stop: Arc<AtomicBool>,
    threads: Vec<JoinHandle<()>>,
    /// A forked process has the pool, but not its threads.
    process: u32,
}

impl Pool {
    fn new(threads: usize, core: &Arc<Core>) -> Pool {
        let (tasks, here) = unbounded::<Task>();
        let stop = Arc::new(AtomicBool::new(false));
        let work = |_| {
            let (tasks, core, stop) = (here.clone(), core.clone(), stop.clone());
            thread::spawn(move || tasks.iter().for_each(|task| work(task, &core, &stop)))
        };
        Pool { tasks: Some(tasks), threads: (0..threads).map(work).collect(), stop, process: process::id() }
    }

    fn hand(&self, task: Task) {
        if let Some(tasks) = &self.tasks {
            // Workers take tasks as long as there is one who hands them out.
            let _ = tasks.send(task);
        }
    }
}

impl Drop for Pool {
    fn drop(&mut self) {
        let threads = std::mem::take(&mut self.threads);
        if self.process != process::id() {
            return std::mem::forget((threads, self.tasks.take()));
        }
        self.stop.store(true, Ordering::Relaxed);
        self.tasks = None;
        for thread in threads {
            // A worker's panic was seen by the one who waited for its batch.
            let _ = thread.join();
        }
    }
}

fn work(task: Task, core: &Core, stop: &AtomicBool) {
    let mut done = Vec::with_capacity(task.pages.len());
    for page in task.pages {
        if stop.load(Ordering::Relaxed) {
            return;
        }
        done.push(page.clean(core, &PageFacts::default()));
    }
    // Nobody waits for a batch of an iterator that was closed.
    let _ = task.back.send(done);
}
