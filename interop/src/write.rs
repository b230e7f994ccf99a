//! `write`: runs the steps of a specification against an engine.

use std::io::Write as _;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use otel_arrow_dfe_quiver::{QuiverEngine, SubscriberId};
use serde_json::{Value, json};

use crate::args::Args;
use crate::open;
use crate::read::Fingerprints;
use crate::shapes::{self, Bundle, Counts};

/// The steps to run: those of `--spec`, or the ones that the options describe.
fn steps(args: &Args) -> Result<Vec<Value>, String> {
    if let Some(path) = args.text("spec") {
        let text = if path.starts_with('[') {
            path.to_string()
        } else {
            std::fs::read_to_string(path).map_err(|e| format!("{path}: {e}"))?
        };
        return serde_json::from_str(&text).map_err(|e| format!("--spec: {e}"));
    }
    let shape = args.text("shape").ok_or("--shape or --spec is needed")?;
    let mut steps = vec![];
    if let Some(id) = args.text("subscriber") {
        steps.push(json!({"subscribe": id}));
    }
    steps.push(json!({"ingest": {
        "shape": shape,
        "bundles": args.number("bundles", 1)?,
        "rows": args.number("rows", 10)?,
        "first": args.number("first", 0)?,
        "seed": args.number("seed", 1)?,
        "flush-every": args.number("flush-every", 0)?,
    }}));
    if let Some(id) = args.text("subscriber") {
        steps.push(json!({"ack": {"subscriber": id, "take": args.number("ack", 0)?}}));
        steps.push(json!("maintain"));
    }
    steps.push(json!(args.text("end").unwrap_or("shutdown")));
    Ok(steps)
}

/// The bundles of an `ingest` step.
pub fn bundles(step: &Value) -> Result<impl Iterator<Item = Result<Bundle, String>> + use<>, String> {
    let number = |name: &str, default: u64| step[name].as_u64().unwrap_or(default);
    let shape = step["shape"].as_str().ok_or("an ingest step needs a shape")?.to_string();
    let (seed, rows, first) = (number("seed", 1), number("rows", 10) as usize, number("first", 0));
    let time = step["time-nanos"].as_i64();
    let reversed = step["slots-reversed"].as_bool().unwrap_or(false);
    let counts = Counts {
        items_unknown: step["items-unknown"].as_bool().unwrap_or(false),
        bytes_known: step["bytes-known"].as_bool().unwrap_or(false),
    };
    Ok((first..first + number("bundles", 1)).map(move |n| {
        let mut bundle = shapes::make(&shape, seed, n, rows)?;
        bundle.counts = counts;
        if reversed {
            bundle.reverse_slots();
        }
        if let Some(time) = time {
            bundle.time_nanos = time;
        }
        Ok(bundle)
    }))
}

fn say(line: Value) {
    let mut out = std::io::stdout().lock();
    let _ = writeln!(out, "{line}");
    let _ = out.flush();
}

fn subscriber(id: &Value) -> Result<SubscriberId, String> {
    SubscriberId::new(id.as_str().ok_or("a subscriber id is missing")?).map_err(|e| e.to_string())
}

async fn ingest(engine: &QuiverEngine, step: &Value) -> Result<(), String> {
    let flush_every = step["flush-every"].as_u64().unwrap_or(0);
    for (done, bundle) in bundles(step)?.enumerate() {
        let bundle = bundle?;
        match engine.ingest(&bundle).await {
            Ok(()) => say(json!({"acked": bundle.number, "rows": bundle.rows()})),
            Err(e) => say(json!({"refused": bundle.number, "error": e.to_string()})),
        }
        if flush_every > 0 && (done as u64 + 1).is_multiple_of(flush_every) {
            flush(engine).await;
        }
    }
    Ok(())
}

/// As `ingest`, from several producers at once.
async fn race(engine: &Arc<QuiverEngine>, step: &Value) -> Result<(), String> {
    let bundles: Vec<Bundle> = bundles(step)?.collect::<Result<_, _>>()?;
    let (bundles, next) = (Arc::new(bundles), Arc::new(AtomicUsize::new(0)));
    let tasks: Vec<_> = (0..step["producers"].as_u64().unwrap_or(4))
        .map(|_| {
            let (engine, bundles, next) = (engine.clone(), bundles.clone(), next.clone());
            tokio::spawn(async move {
                while let Some(bundle) = bundles.get(next.fetch_add(1, Ordering::SeqCst)) {
                    match engine.ingest(bundle).await {
                        Ok(()) => say(json!({"acked": bundle.number, "rows": bundle.rows()})),
                        Err(e) => say(json!({"refused": bundle.number, "error": e.to_string()})),
                    }
                }
            })
        })
        .collect();
    for task in tasks {
        task.await.map_err(|e| e.to_string())?;
    }
    Ok(())
}

async fn flush(engine: &QuiverEngine) {
    match engine.flush().await {
        Ok(()) => say(json!({"flushed": engine.segment_store().segment_count()})),
        Err(e) => say(json!({"flush-failed": e.to_string()})),
    }
}

/// Takes `take` deliveries and acks those at `indices` (all of them when there is no such list);
/// `reject` rejects instead.
async fn ack(engine: &Arc<QuiverEngine>, dir: &Path, step: &Value) -> Result<(), String> {
    let mut fingerprints = Fingerprints::default();
    let id = subscriber(&step["subscriber"])?;
    let take = step["take"].as_u64().unwrap_or(u64::MAX);
    let mut held = vec![];
    while (held.len() as u64) < take {
        match engine.poll_next_bundle(&id).map_err(|e| e.to_string())? {
            Some(handle) => held.push(handle),
            None => break,
        }
    }
    let indices: Option<Vec<u64>> =
        step["indices"].as_array().map(|list| list.iter().filter_map(Value::as_u64).collect());
    for (n, handle) in held.into_iter().enumerate() {
        let at = handle.bundle_ref();
        let (segment, index) = (at.segment_seq.raw(), at.bundle_index.raw());
        fingerprints.load(dir, at.segment_seq)?;
        let digest = fingerprints.digest(&handle);
        let chosen = indices.as_ref().is_none_or(|list| list.contains(&(n as u64)));
        let what = match (chosen, step["reject"].as_bool().unwrap_or(false)) {
            (false, _) => {
                drop(handle);
                "deferred"
            }
            (true, true) => {
                handle.reject();
                "rejected"
            }
            (true, false) => {
                handle.ack();
                "resolved"
            }
        };
        say(json!({what: {"subscriber": id.as_str(), "segment": segment, "bundle": index, "digest": digest}}));
    }
    Ok(())
}

pub async fn run(args: &Args) -> Result<(), String> {
    let dir = args.dir()?;
    let mut engine = open::engine(&dir, args).await?;
    for step in steps(args)? {
        let (name, value) = match &step {
            Value::String(name) => (name.clone(), Value::Null),
            Value::Object(map) if map.len() == 1 => {
                map.iter().next().map(|(k, v)| (k.clone(), v.clone())).expect("one entry")
            }
            other => return Err(format!("not a step: {other}")),
        };
        match name.as_str() {
            "ingest" => ingest(&engine, &value).await?,
            "race" => race(&engine, &value).await?,
            "flush" => flush(&engine).await,
            "subscribe" => {
                let id = subscriber(&value)?;
                engine.register_subscriber(id.clone()).map_err(|e| e.to_string())?;
                engine.activate_subscriber(&id).map_err(|e| e.to_string())?;
            }
            "ack" => ack(&engine, &dir, &value).await?,
            "progress" => {
                let n = engine.flush_progress().await.map_err(|e| e.to_string())?;
                say(json!({"progress-files": n}));
            }
            "maintain" => match engine.maintain().await {
                Ok(s) => say(json!({"maintained": {"flushed": s.flushed, "deleted": s.deleted, "expired": s.expired}})),
                Err(e) => say(json!({"maintain-failed": e.to_string()})),
            },
            "sleep-ms" => tokio::time::sleep(Duration::from_millis(value.as_u64().unwrap_or(0))).await,
            "shell" => {
                let status = std::process::Command::new("sh")
                    .args(["-c", value.as_str().unwrap_or("")])
                    .env("DIR", &dir)
                    .status()
                    .map_err(|e| e.to_string())?;
                say(json!({"shell": value, "status": status.code()}));
            }
            "reopen" => {
                drop(engine);
                engine = open::engine(&dir, args).await?;
                say(json!("reopened"));
            }
            "shutdown" => match engine.shutdown().await {
                Ok(()) => say(json!("shut-down")),
                Err(e) => say(json!({"shutdown-failed": e.to_string()})),
            },
            "abort" => std::process::abort(),
            other => return Err(format!("no step '{other}'")),
        }
    }
    Ok(())
}

/// `generate`: the bundles of a specification as `read` must deliver them, without any engine.
pub fn generate(args: &Args) -> Result<(), String> {
    let mut sequence = args.number("sequence", 0)?;
    for step in steps(args)? {
        let Some(ingest) = step.get("ingest").or(step.get("race")) else { continue };
        for bundle in bundles(ingest)? {
            let bundle = bundle?;
            let view: Vec<_> = bundle
                .slots
                .iter()
                .map(|s| crate::canon::SlotView { id: s.id, fingerprint: s.fingerprint, batch: &s.batch })
                .collect();
            let mut line = json!({
                "sequence": sequence,
                "number": bundle.number,
                "ingestion_ts_nanos": bundle.time_nanos,
                "digest": crate::canon::digest(&view),
            });
            if !args.flag("digest") {
                line["slots"] = crate::canon::slots_json(&view);
            }
            say(line);
            sequence += 1;
        }
    }
    Ok(())
}
