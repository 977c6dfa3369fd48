//! Forked processes. A child has none of its parent's threads: what one of them was about to make when the process was forked would never be
//! made there. So a process is forked only while nothing is being cleaned.

use std::cell::RefCell;
use std::sync::{PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use pyo3::prelude::*;

static WORK: RwLock<()> = RwLock::new(());

thread_local! {
    static FORKING: RefCell<Option<RwLockWriteGuard<'static, ()>>> = const { RefCell::new(None) };
}

/// Held while the library works, a page at a time. Who holds it must not wait for Python: a thread that forks has the interpreter.
pub fn at_work() -> RwLockReadGuard<'static, ()> {
    WORK.read().unwrap_or_else(PoisonError::into_inner)
}

/// Waits until no page is being cleaned, and lets none begin.
#[pyfunction]
pub fn before_fork() {
    FORKING.set(Some(WORK.write().unwrap_or_else(PoisonError::into_inner)));
}

/// Lets pages begin, in the parent as in the child.
#[pyfunction]
pub fn after_fork() {
    FORKING.set(None);
}
