//! `bench`: measures the engine; one JSON line per run.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use arrow_array::cast::AsArray;
use arrow_array::types::Int64Type;
use arrow_ipc::writer::StreamWriter;
use otel_arrow_dfe_quiver::record_bundle::SlotId;
use otel_arrow_dfe_quiver::{QuiverEngine, SubscriberId};
use serde_json::{Value, json};

use crate::args::Args;
use crate::open;
use crate::shapes::{self, Bundle};

pub async fn run(args: &Args) -> Result<(), String> {
    let dir = std::path::PathBuf::from(args.word(1).ok_or("a directory is missing")?);
    let result = match args.word(0) {
        Some("ingest") => ingest(&dir, args).await?,
        Some("open") => open_time(&dir, args).await?,
        Some("latency") => latency(&dir, args).await?,
        _ => return Err("bench ingest|open|latency DIR".into()),
    };
    println!("{result}");
    Ok(())
}

fn proc_value(file: &str, key: &str) -> u64 {
    std::fs::read_to_string(file)
        .unwrap_or_default()
        .lines()
        .find_map(|l| l.strip_prefix(key)?.split_whitespace().next()?.parse().ok())
        .unwrap_or(0)
}

fn memory() -> Value {
    json!({
        "rss_mib": proc_value("/proc/self/status", "VmRSS:") / 1024,
        "anon_mib": proc_value("/proc/self/status", "RssAnon:") / 1024,
        "peak_mib": proc_value("/proc/self/status", "VmHWM:") / 1024,
    })
}

/// Bytes of the bundle as Arrow IPC streams: what has to be stored at least once.
fn ipc_bytes(bundle: &Bundle) -> u64 {
    bundle
        .slots
        .iter()
        .map(|slot| {
            let mut bytes = vec![];
            let mut writer = StreamWriter::try_new(&mut bytes, &slot.batch.schema()).expect("a schema");
            writer.write(&slot.batch).expect("a batch");
            writer.finish().expect("the end");
            bytes.len() as u64
        })
        .sum()
}

/// `--distinct` prepared bundles, used in turn.
fn prepare(args: &Args) -> Result<Arc<Vec<Bundle>>, String> {
    let shape = args.text("shape").unwrap_or("single");
    let rows = args.number("rows", 1000)? as usize;
    let distinct = args.number("distinct", 32)?;
    (0..distinct).map(|n| shapes::make(shape, 1, n, rows)).collect::<Result<Vec<_>, _>>().map(Arc::new)
}

fn percentile(sorted: &[u64], p: f64) -> u64 {
    let at = (sorted.len() as f64 * p).ceil() as usize;
    sorted.get(at.saturating_sub(1)).copied().unwrap_or(0)
}

fn micros(mut times: Vec<u64>) -> Value {
    times.sort_unstable();
    json!({
        "p50_us": percentile(&times, 0.5),
        "p90_us": percentile(&times, 0.9),
        "p99_us": percentile(&times, 0.99),
        "max_us": times.last().copied().unwrap_or(0),
    })
}

/// Drains a subscriber, acking at once, until `done` is set and nothing is left.
async fn drain(engine: Arc<QuiverEngine>, id: SubscriberId, done: Arc<AtomicBool>) -> (u64, u64) {
    let (mut delivered, mut failed) = (0, 0);
    loop {
        match engine.next_bundle(&id, Some(Duration::from_millis(50)), None).await {
            Ok(Some(handle)) => {
                delivered += 1;
                handle.ack();
            }
            Ok(None) if done.load(Ordering::SeqCst) => return (delivered, failed),
            Ok(None) => {}
            Err(_) => failed += 1,
        }
    }
}

async fn ingest(dir: &Path, args: &Args) -> Result<Value, String> {
    let bundles = prepare(args)?;
    let total = args.number("bundles", 1000)?;
    let producers = args.number("producers", 1)?;
    let engine = open::engine(dir, args).await?;
    let sizes: Vec<u64> = bundles.iter().map(ipc_bytes).collect();
    let payload: u64 = (0..total).map(|n| sizes[n as usize % sizes.len()]).sum();

    let done = Arc::new(AtomicBool::new(false));
    let drainer = if args.flag("drain") {
        let id = SubscriberId::new("bench").map_err(|e| e.to_string())?;
        engine.register_subscriber(id.clone()).map_err(|e| e.to_string())?;
        engine.activate_subscriber(&id).map_err(|e| e.to_string())?;
        let keeper = engine.clone();
        let stop = done.clone();
        tokio::spawn(async move {
            while !stop.load(Ordering::SeqCst) {
                tokio::time::sleep(Duration::from_millis(200)).await;
                let _ = keeper.maintain().await;
            }
        });
        Some(tokio::spawn(drain(engine.clone(), id, done.clone())))
    } else {
        None
    };

    let next = Arc::new(AtomicU64::new(0));
    let (full, failed) = (Arc::new(AtomicU64::new(0)), Arc::new(AtomicU64::new(0)));
    let started = Instant::now();
    let tasks: Vec<_> = (0..producers)
        .map(|_| {
            let (engine, bundles, next) = (engine.clone(), bundles.clone(), next.clone());
            let (full, failed) = (full.clone(), failed.clone());
            tokio::spawn(async move {
                let mut times = vec![];
                loop {
                    let n = next.fetch_add(1, Ordering::Relaxed);
                    if n >= total {
                        return times;
                    }
                    let bundle = &bundles[n as usize % bundles.len()];
                    let start = Instant::now();
                    loop {
                        match engine.ingest(bundle).await {
                            Ok(()) => break,
                            Err(e) if e.is_at_capacity() => {
                                full.fetch_add(1, Ordering::Relaxed);
                                tokio::time::sleep(Duration::from_millis(1)).await;
                            }
                            Err(_) => {
                                failed.fetch_add(1, Ordering::Relaxed);
                                break;
                            }
                        }
                    }
                    times.push(start.elapsed().as_micros() as u64);
                }
            })
        })
        .collect();
    let mut times = vec![];
    for task in tasks {
        times.extend(task.await.map_err(|e| e.to_string())?);
    }
    let elapsed = started.elapsed().as_secs_f64();

    let mut out = json!({
        "bench": "ingest",
        "bundles": total,
        "rows": args.number("rows", 1000)?,
        "producers": producers,
        "flush_interval_ms": args.number("flush-interval-ms", 25)?,
        "wal": !args.flag("no-wal"),
        "seconds": format!("{elapsed:.3}"),
        "bundles_per_s": (total as f64 / elapsed).round(),
        "payload_mib_per_s": format!("{:.1}", payload as f64 / elapsed / 1048576.0),
        "payload_bytes": payload,
        "ack_latency": micros(times),
        "backpressure": full.load(Ordering::Relaxed),
        "failed": failed.load(Ordering::Relaxed),
    });
    let closing = Instant::now();
    if let Err(e) = engine.flush().await {
        out["flush_error"] = json!(e.to_string());
    }
    out["final_flush_ms"] = json!(closing.elapsed().as_millis() as u64);
    if let Some(drainer) = drainer {
        done.store(true, Ordering::SeqCst);
        let (delivered, failures) = drainer.await.map_err(|e| e.to_string())?;
        let all = started.elapsed().as_secs_f64();
        out["delivered"] = json!(delivered);
        out["delivery_failures"] = json!(failures);
        out["seconds_until_all_delivered"] = json!(format!("{all:.3}"));
        out["delivered_per_s"] = json!((delivered as f64 / all).round());
    }
    out["wal_bytes"] = json!(engine.wal_bytes_written());
    out["segment_bytes"] = json!(engine.segment_bytes_written());
    out["segments_written"] = json!(engine.total_segments_written());
    out["memory"] = memory();
    Ok(out)
}

async fn open_time(dir: &Path, args: &Args) -> Result<Value, String> {
    let started = Instant::now();
    let engine = open::engine(dir, args).await?;
    let opened = started.elapsed();
    let mut out = json!({
        "bench": "open",
        "open_ms": format!("{:.1}", opened.as_secs_f64() * 1000.0),
        "memory_after_open": memory(),
        "open_segment_bundles": engine.open_segment_bundle_summaries().len(),
        "segments": engine.segment_store().segment_count(),
        "segments_written": engine.total_segments_written(),
    });
    if args.flag("drain") {
        let id = SubscriberId::new("bench").map_err(|e| e.to_string())?;
        engine.register_subscriber(id.clone()).map_err(|e| e.to_string())?;
        engine.activate_subscriber(&id).map_err(|e| e.to_string())?;
        let flushed = engine.flush().await;
        let done = Arc::new(AtomicBool::new(true));
        let started = Instant::now();
        let (delivered, failures) = drain(engine.clone(), id, done).await;
        out["flush"] = json!(flushed.map(|_| "ok".to_string()).unwrap_or_else(|e| e.to_string()));
        out["delivered"] = json!(delivered);
        out["delivery_failures"] = json!(failures);
        out["drain_ms"] = json!(started.elapsed().as_millis() as u64);
        out["memory_after_drain"] = memory();
    }
    Ok(out)
}

/// From the start of `ingest` to the delivery to a waiting subscriber. `--flush-every-ms N` calls
/// the engine's `flush` on a timer, 0 after every ingest; without it only the engine's own
/// thresholds cut segments.
async fn latency(dir: &Path, args: &Args) -> Result<Value, String> {
    let total = args.number("bundles", 200)?;
    let gap = Duration::from_micros(args.number("gap-us", 10_000)?);
    let shape = "single";
    let rows = args.number("rows", 100)? as usize;
    let flush_every = args.text("flush-every-ms").map(|_| args.number("flush-every-ms", 0)).transpose()?;
    let engine = open::engine(dir, args).await?;
    let id = SubscriberId::new("bench").map_err(|e| e.to_string())?;
    engine.register_subscriber(id.clone()).map_err(|e| e.to_string())?;
    engine.activate_subscriber(&id).map_err(|e| e.to_string())?;

    let starts: Arc<Vec<AtomicU64>> = Arc::new((0..total).map(|_| AtomicU64::new(0)).collect());
    let origin = Instant::now();
    let receiver = {
        let (engine, starts, id) = (engine.clone(), starts.clone(), id.clone());
        tokio::spawn(async move {
            let mut times = vec![];
            let mut idle = Instant::now();
            while (times.len() as u64) < total && idle.elapsed() < Duration::from_secs(12) {
                if let Ok(Some(handle)) = engine.next_bundle(&id, Some(Duration::from_millis(100)), None).await {
                    let now = origin.elapsed().as_micros() as u64;
                    if let Some(batch) = handle.data().payload(SlotId::new(0)) {
                        let number = batch.column(0).as_primitive::<Int64Type>().value(0) >> 20;
                        times.push(now - starts[number as usize].load(Ordering::SeqCst));
                    }
                    handle.ack();
                    idle = Instant::now();
                }
            }
            times
        })
    };
    if let Some(every) = flush_every.filter(|&ms| ms > 0) {
        let engine = engine.clone();
        tokio::spawn(async move {
            loop {
                tokio::time::sleep(Duration::from_millis(every)).await;
                let _ = engine.flush().await;
                let _ = engine.maintain().await;
            }
        });
    }
    for n in 0..total {
        let bundle = shapes::make(shape, 1, n, rows)?;
        starts[n as usize].store(origin.elapsed().as_micros() as u64, Ordering::SeqCst);
        engine.ingest(&bundle).await.map_err(|e| e.to_string())?;
        if flush_every == Some(0) {
            engine.flush().await.map_err(|e| e.to_string())?;
        }
        tokio::time::sleep(gap).await;
    }
    let times = receiver.await.map_err(|e| e.to_string())?;
    Ok(json!({
        "bench": "latency",
        "bundles": total,
        "rows": rows,
        "gap_us": gap.as_micros() as u64,
        "flush_every_ms": flush_every,
        "max_open_ms": args.number("max-open-ms", 3_600_000)?,
        "delivered": times.len(),
        "never_delivered_without_more_traffic": total - times.len() as u64,
        "latency": micros(times),
    }))
}
