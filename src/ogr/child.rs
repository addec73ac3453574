//! One child: started for one task, listened to with a clock, ended with us.

use std::path::Path;
use std::process::{ExitStatus, Stdio};
use std::sync::Once;
use std::time::Duration;

use exchange::{Bound, Bounds, Fault, HEAD, Request, Tag, Task, frame_head, parse_head};
use nix::fcntl::{FcntlArg, fcntl};
use nix::sys::signal::Signal;
use std::os::unix::process::ExitStatusExt;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::process::{ChildStderr, ChildStdin, ChildStdout, Command};
use tokio::task::JoinHandle;
use tokio::time::Instant;

use super::OgrError;

/// Bytes that a pipe holds on their way from the child.
const PIPE: i32 = 1 << 20;

/// Bytes kept of what a child says on its standard error.
const MESSAGES: u64 = 4096;

/// A kernel without Landlock is told of once.
static UNCONFINED: Once = Once::new();

/// What an administrator may have set for GDAL's own data and libraries.
const KEPT: [&str; 4] = ["GDAL_DATA", "PROJ_DATA", "PROJ_LIB", "LD_LIBRARY_PATH"];

/// A child at work.
pub(super) struct Child {
    process: tokio::process::Child,
    input: Option<ChildStdin>,
    output: ChildStdout,
    messages: Option<JoinHandle<String>>,
    deadline: Instant,
}

impl Child {
    /// Starts a child and tells it what to do.
    pub async fn spawn(program: &Path, task: Task, bounds: Bounds) -> Result<Self, OgrError> {
        let mut process = command(program)
            .spawn()
            .map_err(|cause| OgrError::NoProgram {
                program: program.to_owned(),
                cause,
            })?;
        let (Some(input), Some(output), Some(errors)) = (
            process.stdin.take(),
            process.stdout.take(),
            process.stderr.take(),
        ) else {
            return Err(ours("the child has no pipes"));
        };
        // A pipe takes a part of a batch at first: with more room, fewer turns are taken. It may be refused.
        let _ = fcntl(&output, FcntlArg::F_SETPIPE_SZ(PIPE));
        let mut child = Self {
            process,
            input: Some(input),
            output,
            messages: Some(tokio::spawn(listen(errors))),
            deadline: Instant::now() + Duration::from_secs(bounds.seconds),
        };
        let request = Request { task, bounds };
        let body = serde_json::to_vec(&request).map_err(|error| ours(&error.to_string()))?;
        child.say(Tag::Request, &body).await?;
        if !matches!(request.task, Task::Write { .. }) {
            child.input = None;
        }
        Ok(child)
    }

    /// Tells the child something.
    pub async fn say(&mut self, tag: Tag, body: &[u8]) -> Result<(), OgrError> {
        let head = frame_head(tag, body).map_err(|unsound| ours(unsound.0))?;
        let Some(input) = &mut self.input else {
            return Err(ours("the child no longer listens"));
        };
        let spoken = async {
            input.write_all(&head).await?;
            input.write_all(body).await?;
            input.flush().await
        };
        match tokio::time::timeout_at(self.deadline, spoken).await {
            Err(_) => Err(late()),
            // It is gone: why is in its answer, or in how it ended.
            Ok(_) => Ok(()),
        }
    }

    /// The next frame. A fault, an end without a word and a silence that lasts are errors.
    pub async fn next(&mut self) -> Result<(Tag, Vec<u8>), OgrError> {
        // A child that never stops talking is late as well: the clock looks at silence alone.
        if Instant::now() > self.deadline {
            return Err(late());
        }
        let heard = tokio::time::timeout_at(self.deadline, hear(&mut self.output)).await;
        match heard {
            Err(_) => Err(late()),
            Ok(Ok(Some((Tag::Fault, body)))) => Err(serde_json::from_slice::<Fault>(&body)
                .map_or_else(|_| OgrError::unsound("a fault"), OgrError::from)),
            Ok(Ok(Some(frame))) => Ok(frame),
            Ok(Err(error)) if error.kind() == std::io::ErrorKind::InvalidData => {
                Err(OgrError::unsound(&error.to_string()))
            }
            Ok(Ok(None) | Err(_)) => Err(self.died().await),
        }
    }

    /// Waits for the last frame, and for the child to end well.
    pub async fn finished(mut self) -> Result<u64, OgrError> {
        match self.next().await? {
            (Tag::End, body) => match <[u8; 8]>::try_from(body) {
                Ok(rows) => Ok(u64::from_le_bytes(rows)),
                Err(_) => Err(OgrError::unsound("an end")),
            },
            _ => Err(OgrError::unsound("an end")),
        }
    }

    /// How the child ended that said nothing.
    async fn died(&mut self) -> OgrError {
        let Ok(Ok(status)) =
            tokio::time::timeout(Duration::from_secs(5), self.process.wait()).await
        else {
            return OgrError::unsound("it closed its answer and stayed");
        };
        let words = match self.messages.take() {
            Some(messages) => messages.await.unwrap_or_default(),
            None => String::new(),
        };
        tracing::warn!(%status, words, "the child that opens files died");
        how(status, &words)
    }
}

/// The child's command: nothing of our environment but where GDAL's data are, no folder of ours,
/// ended with us.
fn command(program: &Path) -> Command {
    let mut command = Command::new(program);
    let kept = KEPT
        .iter()
        .filter_map(|name| Some((name, std::env::var_os(name)?)));
    command
        .env_clear()
        .envs(kept)
        .current_dir("/")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true);
    command
}

/// The first of what the child says beside its answer; the rest is read and forgotten, so that it
/// never waits for us.
async fn listen(mut errors: ChildStderr) -> String {
    let mut kept = Vec::new();
    let _ = (&mut errors).take(MESSAGES).read_to_end(&mut kept).await;
    let _ = tokio::io::copy(&mut errors, &mut tokio::io::sink()).await;
    let words = String::from_utf8_lossy(&kept).into_owned();
    if words.starts_with("unconfined:") {
        UNCONFINED.call_once(|| tracing::warn!("the child that opens files: {}", words.trim_end()));
    }
    words
}

/// One frame; none where the child ended between two.
async fn hear(output: &mut ChildStdout) -> std::io::Result<Option<(Tag, Vec<u8>)>> {
    let mut head = [0; HEAD];
    if output.read(&mut head[..1]).await? == 0 {
        return Ok(None);
    }
    output.read_exact(&mut head[1..]).await?;
    let (tag, length) = parse_head(head)?;
    // Whatever it says of the length, no more is taken at first than batches mostly have.
    let mut body = Vec::with_capacity(length.min(1 << 20));
    let read = output.take(length as u64).read_to_end(&mut body).await?;
    if read < length {
        return Err(std::io::ErrorKind::UnexpectedEof.into());
    }
    Ok(Some((tag, body)))
}

/// What an end without a word means.
fn how(status: ExitStatus, words: &str) -> OgrError {
    let beyond = |bound| OgrError::Beyond { bound, fid: None };
    let Some(signal) = status.signal() else {
        return OgrError::Died {
            how: status.to_string(),
        };
    };
    match Signal::try_from(signal) {
        Ok(Signal::SIGXCPU) => beyond(Bound::Time),
        // Rust's and C++'s words when memory is refused.
        _ if words.contains("memory allocation of") || words.contains("bad_alloc") => {
            beyond(Bound::Memory)
        }
        Ok(signal) => OgrError::Died {
            how: signal.as_str().to_owned(),
        },
        Err(_) => OgrError::Died {
            how: format!("signal {signal}"),
        },
    }
}

fn late() -> OgrError {
    OgrError::Beyond {
        bound: Bound::Time,
        fid: None,
    }
}

fn ours(words: &str) -> OgrError {
    OgrError::Ours {
        words: words.to_owned(),
    }
}
