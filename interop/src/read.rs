//! `read`: opens the engine on a directory and delivers everything in it to one subscriber.

use std::collections::HashMap;
use std::path::Path;
use std::time::Instant;

use otel_arrow_dfe_quiver::{BundleHandle, RegistryCallback, SegmentStore, SubscriberId};
use otel_arrow_dfe_quiver::segment::{SegmentReader, SegmentSeq};
use serde_json::json;

use crate::args::Args;
use crate::canon::{self, SlotView};
use crate::open;

/// A bundle that the engine handed out.
pub type Delivered = BundleHandle<RegistryCallback<SegmentStore>>;

/// Which fingerprint a slot of a bundle has; the engine does not tell its subscribers.
#[derive(Default)]
pub struct Fingerprints {
    known: HashMap<(u64, u32, u16), [u8; 32]>,
    last: Option<u64>,
}

impl Fingerprints {
    /// Learns those of a segment, once.
    pub fn load(&mut self, dir: &Path, segment: SegmentSeq) -> Result<(), String> {
        if self.last == Some(segment.raw()) {
            return Ok(());
        }
        self.last = Some(segment.raw());
        let path = dir.join("segments").join(format!("{}.qseg", segment.to_filename_component()));
        let reader = SegmentReader::open(&path).map_err(|e| e.to_string())?;
        for entry in reader.manifest() {
            for (slot, chunk) in entry.slots() {
                if let Some(stream) = reader.stream(chunk.stream_id) {
                    self.known.insert((segment.raw(), entry.bundle_index, slot.raw()), stream.schema_fingerprint);
                }
            }
        }
        Ok(())
    }

    /// The slots of a delivered bundle.
    pub fn view<'a>(&self, handle: &'a Delivered) -> Vec<SlotView<'a>> {
        let at = handle.bundle_ref();
        handle
            .data()
            .payloads()
            .iter()
            .map(|(slot, batch)| {
                let key = (at.segment_seq.raw(), at.bundle_index.raw(), slot.raw());
                SlotView {
                    id: slot.raw(),
                    fingerprint: self.known.get(&key).copied().unwrap_or_default(),
                    batch,
                }
            })
            .collect()
    }

    pub fn digest(&self, handle: &Delivered) -> String {
        canon::digest(&self.view(handle))
    }
}

pub async fn run(args: &Args) -> Result<(), String> {
    let dir = args.dir()?;
    let id = SubscriberId::new(args.text("subscriber").unwrap_or("oracle")).map_err(|e| e.to_string())?;
    let ack = args.flag("ack-all");

    let started = Instant::now();
    let engine = open::engine(&dir, args).await?;
    let opened = started.elapsed();
    let replayed = engine.open_segment_bundle_summaries().len();
    let mut errors = vec![];
    engine.register_subscriber(id.clone()).map_err(|e| e.to_string())?;
    engine.activate_subscriber(&id).map_err(|e| e.to_string())?;
    if let Err(e) = engine.flush().await {
        errors.push(format!("flush: {e}"));
    }

    let mut fingerprints = Fingerprints::default();
    let (mut bundles, mut rows, mut items) = (0u64, 0u64, 0u64);
    let mut held = vec![];
    loop {
        let handle = match engine.poll_next_bundle(&id) {
            Ok(Some(handle)) => handle,
            Ok(None) => break,
            Err(e) => {
                // The engine has claimed the bundle and failed to read it; the next poll goes on.
                errors.push(e.to_string());
                if errors.len() > 1000 {
                    break;
                }
                continue;
            }
        };
        let at = handle.bundle_ref();
        let (segment, index) = (at.segment_seq.raw(), at.bundle_index.raw());
        if let Err(e) = fingerprints.load(&dir, at.segment_seq) {
            errors.push(format!("fingerprints of segment {segment}: {e}"));
        }
        let view = fingerprints.view(&handle);
        rows += view.iter().map(|s| s.batch.num_rows() as u64).sum::<u64>();
        items += handle.item_count();
        let mut line = json!({
            "order": bundles,
            "segment": segment,
            "bundle": index,
            "digest": canon::digest(&view),
        });
        if !args.flag("digest") {
            line["slots"] = canon::slots_json(&view);
        }
        println!("{line}");
        bundles += 1;
        if ack {
            handle.ack();
        } else {
            held.push(handle);
        }
    }
    drop(held);
    if ack && let Err(e) = engine.maintain().await {
        errors.push(format!("maintain: {e}"));
    }
    let loss = engine.retention_loss_snapshot();
    println!(
        "{}",
        json!({"summary": {
            "bundles": bundles,
            "rows": rows,
            "items": items,
            "segments": engine.segment_store().segment_count(),
            "replayed_into_open_segment": replayed,
            "expired_bundles": loss.expired.bundles,
            "open_ms": opened.as_millis() as u64,
            "errors": errors,
        }})
    );
    Ok(())
}
