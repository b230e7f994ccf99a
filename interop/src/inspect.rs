//! `inspect`: what is in a directory, byte by byte, without opening the engine. The WAL, cursor
//! and progress parts are an independent reading of the format; segments go through the engine's
//! own reader.

use std::fs;
use std::io::Cursor;
use std::path::{Path, PathBuf};

use arrow_array::RecordBatch;
use arrow_ipc::reader::StreamReader;
use otel_arrow_dfe_quiver::segment::SegmentReader;
use serde_json::{Value, json};

use crate::args::Args;
use crate::canon::{self, SlotView};

fn u16_at(b: &[u8], at: usize) -> u64 {
    u16::from_le_bytes(b[at..at + 2].try_into().expect("2 bytes")).into()
}
fn u32_at(b: &[u8], at: usize) -> u64 {
    u32::from_le_bytes(b[at..at + 4].try_into().expect("4 bytes")).into()
}
fn u64_at(b: &[u8], at: usize) -> u64 {
    u64::from_le_bytes(b[at..at + 8].try_into().expect("8 bytes"))
}

pub fn run(args: &Args) -> Result<(), String> {
    let dir = args.dir()?;
    let with_digest = !args.flag("no-payload");
    for path in wal_files(&dir) {
        println!("{}", wal(&path, with_digest)?);
    }
    let cursor = dir.join("wal/quiver.wal.cursor");
    if let Ok(bytes) = fs::read(&cursor) {
        println!("{}", sidecar(&bytes));
    }
    for path in sorted(&dir.join("segments"), |n| n.ends_with(".qseg")) {
        println!("{}", segment(&path));
    }
    for path in sorted(&dir, |n| n.starts_with("quiver.sub.") && !n.ends_with(".tmp")) {
        println!("{}", progress(&path)?);
    }
    Ok(())
}

fn sorted(dir: &Path, keep: impl Fn(&str) -> bool) -> Vec<PathBuf> {
    let mut paths: Vec<PathBuf> = fs::read_dir(dir)
        .into_iter()
        .flatten()
        .flatten()
        .map(|e| e.path())
        .filter(|p| p.file_name().and_then(|n| n.to_str()).is_some_and(&keep))
        .collect();
    paths.sort();
    paths
}

/// Rotated files by number, then the active file.
fn wal_files(dir: &Path) -> Vec<PathBuf> {
    let wal = dir.join("wal");
    let mut rotated: Vec<(u64, PathBuf)> = sorted(&wal, |n| n.starts_with("quiver.wal."))
        .into_iter()
        .filter_map(|p| Some((p.file_name()?.to_str()?.strip_prefix("quiver.wal.")?.parse().ok()?, p)))
        .collect();
    rotated.sort();
    let mut files: Vec<PathBuf> = rotated.into_iter().map(|(_, p)| p).collect();
    files.push(wal.join("quiver.wal"));
    files.retain(|p| p.exists());
    files
}

fn name(path: &Path) -> String {
    path.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default()
}

fn wal(path: &Path, with_digest: bool) -> Result<Value, String> {
    let bytes = fs::read(path).map_err(|e| e.to_string())?;
    let mut out = json!({"wal": name(path), "bytes": bytes.len()});
    if bytes.len() < 38 || &bytes[..10] != b"QUIVER\0WAL" {
        out["bad"] = json!("header");
        return Ok(out);
    }
    let header = u16_at(&bytes, 12) as usize;
    let start = u64_at(&bytes, 30);
    out["version"] = json!(u16_at(&bytes, 10));
    out["header_size"] = json!(header);
    out["cfg_hash"] = json!(canon::hex(&bytes[14..30]));
    out["position_start"] = json!(start);
    let mut entries = vec![];
    let mut at = header;
    while at + 4 <= bytes.len() {
        let len = u32_at(&bytes, at) as usize;
        let end = at + 4 + len + 4;
        if len < 25 || end > bytes.len() {
            out["stopped"] = json!({"offset": at, "why": if len < 25 { "length below 25" } else { "past the end" }});
            break;
        }
        let body = &bytes[at + 4..at + 4 + len];
        if crc32fast::hash(body) as u64 != u32_at(&bytes, at + 4 + len) {
            entries.push(json!({"offset": at, "end": end, "bad": "crc"}));
            at = end;
            continue;
        }
        entries.push(entry(body, at, end, start + (at - header) as u64, with_digest));
        at = end;
    }
    out["position_end"] = json!(start + (bytes.len() - header) as u64);
    out["entries"] = Value::Array(entries);
    Ok(out)
}

fn entry(body: &[u8], at: usize, end: usize, position: u64, with_digest: bool) -> Value {
    let mut out = json!({
        "offset": at,
        "end": end,
        "position": position,
        "type": body[0],
        "ingestion_ts_nanos": u64_at(body, 1) as i64,
        "sequence": u64_at(body, 9),
        "bitmap": format!("{:#x}", u64_at(body, 17)),
    });
    let mut slots = vec![];
    let mut batches = vec![];
    let mut p = 25;
    for _ in 0..u64_at(body, 17).count_ones() {
        if p + 42 > body.len() {
            out["bad"] = json!("slot header");
            break;
        }
        let len = u32_at(body, p + 38) as usize;
        if p + 42 + len > body.len() {
            out["bad"] = json!("slot payload");
            break;
        }
        let id = u16_at(body, p) as u16;
        let fingerprint: [u8; 32] = body[p + 2..p + 34].try_into().expect("32 bytes");
        slots
            .push(json!({"slot": id, "rows": u32_at(body, p + 34), "payload": len, "payload_offset": at + 4 + p + 42}));
        if with_digest {
            match decode(&body[p + 42..p + 42 + len]) {
                Ok(batch) => batches.push((id, fingerprint, batch)),
                Err(e) => out["bad"] = json!(format!("slot {id}: {e}")),
            }
        }
        p += 42 + len;
    }
    if p != body.len() {
        out["trailing"] = json!(body.len() - p);
    }
    if with_digest {
        let view: Vec<SlotView<'_>> =
            batches.iter().map(|(id, f, b)| SlotView { id: *id, fingerprint: *f, batch: b }).collect();
        out["digest"] = json!(canon::digest(&view));
    }
    out["slots"] = Value::Array(slots);
    out
}

/// The record batch of a payload.
fn decode(payload: &[u8]) -> Result<RecordBatch, String> {
    let mut reader = StreamReader::try_new(Cursor::new(payload), None).map_err(|e| e.to_string())?;
    reader.next().ok_or("no record batch")?.map_err(|e| e.to_string())
}

fn sidecar(bytes: &[u8]) -> Value {
    let good =
        bytes.len() >= 24 && &bytes[..8] == b"QUIVER\0T" && crc32fast::hash(&bytes[..20]) as u64 == u32_at(bytes, 20);
    if !good {
        return json!({"cursor": "bad", "bytes": bytes.len()});
    }
    json!({"cursor": u64_at(bytes, 12), "version": u16_at(bytes, 8), "size": u16_at(bytes, 10)})
}

fn segment(path: &Path) -> Value {
    let bytes = fs::metadata(path).map(|m| m.len()).unwrap_or(0);
    let reader = match SegmentReader::open(path) {
        Ok(reader) => reader,
        Err(e) => return json!({"segment": name(path), "bytes": bytes, "bad": e.to_string()}),
    };
    let streams: Vec<Value> = reader
        .streams()
        .iter()
        .map(|s| {
            json!({
                "stream": s.id.raw(), "slot": s.slot_id.raw(), "fingerprint": canon::hex(&s.schema_fingerprint),
                "offset": s.byte_offset, "length": s.byte_length, "rows": s.row_count, "chunks": s.chunk_count,
            })
        })
        .collect();
    let bundles: Vec<Value> = reader
        .manifest()
        .iter()
        .map(|entry| {
            let mut refs: Vec<_> = entry.slots().collect();
            refs.sort_by_key(|(slot, _)| slot.raw());
            let batches: Vec<_> = refs
                .iter()
                .filter_map(|(slot, chunk)| {
                    let fingerprint = reader.stream(chunk.stream_id)?.schema_fingerprint;
                    let batch = reader.read_chunk(chunk.stream_id, chunk.chunk_index).ok()?;
                    Some((slot.raw(), fingerprint, batch))
                })
                .collect();
            let view: Vec<SlotView<'_>> =
                batches.iter().map(|(id, f, b)| SlotView { id: *id, fingerprint: *f, batch: b }).collect();
            json!({
                "bundle": entry.bundle_index,
                "items": entry.item_count(),
                "slots": refs.iter().map(|(s, c)| json!([s.raw(), c.stream_id.raw(), c.chunk_index.raw()])).collect::<Vec<_>>(),
                "digest": canon::digest(&view),
            })
        })
        .collect();
    json!({"segment": name(path), "bytes": bytes, "streams": streams, "bundles": bundles})
}

fn progress(path: &Path) -> Result<Value, String> {
    let bytes = fs::read(path).map_err(|e| e.to_string())?;
    let mut out = json!({"progress": name(path), "bytes": bytes.len()});
    let good = bytes.len() >= 36
        && &bytes[..8] == b"QUIVSUB\0"
        && crc32fast::hash(&bytes[..bytes.len() - 4]) as u64 == u32_at(&bytes, bytes.len() - 4);
    if !good {
        out["bad"] = json!("short, magic or crc");
        return Ok(out);
    }
    out["oldest_incomplete"] = json!(u64_at(&bytes, 14));
    let mut entries = vec![];
    let mut p = u16_at(&bytes, 10) as usize;
    for _ in 0..u32_at(&bytes, 22) {
        let words = u16_at(&bytes, p + 12) as usize;
        let bits: Vec<String> = (0..words).map(|w| format!("{:#x}", u64_at(&bytes, p + 14 + w * 8))).collect();
        entries.push(json!({"segment": u64_at(&bytes, p), "bundles": u32_at(&bytes, p + 8), "resolved": bits}));
        p += 14 + words * 8;
    }
    out["entries"] = Value::Array(entries);
    Ok(out)
}
