//! Writes, reads, inspects and measures Quiver v1 data directories with the real Rust engine.

mod args;
mod bench;
mod canon;
mod inspect;
mod open;
mod read;
mod rng;
mod shapes;
mod write;

use std::process::ExitCode;

use args::Args;

const USAGE: &str = "\
usage: quiver-oracle <command> ...
  write DIR    --shape NAME --bundles N --rows R [--seed S] [--first N] [--flush-every N]
               [--subscriber ID --ack K] [--end shutdown|abort] | --spec FILE|'[...]'
  generate     as write, without a directory: the bundles as read must deliver them
  read DIR     [--subscriber ID] [--digest] [--ack-all]
  inspect DIR  [--no-payload]
  bench ingest|open|latency DIR [--shape NAME] [--rows R] [--bundles N] [--producers P] [--drain]
                latency: [--gap-us U] [--flush-every-ms MS]
engine options: --flush-interval-ms F --rotation-target B --segment-target B --wal-max B
               --max-rotated-files N --max-open-ms MS --max-age-ms MS --budget B --no-wal
shapes: single wide dict nested multi empty otap        sizes: 4096, 64k, 8m, 1g
QUIVER_LOG=info (or debug) prints the engine's events to stderr";

fn main() -> ExitCode {
    let filter = tracing_subscriber::EnvFilter::try_from_env("QUIVER_LOG")
        .unwrap_or_else(|_| tracing_subscriber::EnvFilter::new("off"));
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).with_ansi(false).init();

    let mut words = std::env::args().skip(1);
    let command = words.next().unwrap_or_default();
    let mut flags = open::ENGINE_FLAGS.to_vec();
    flags.extend(["ack-all", "no-payload", "drain"]);
    let result = Args::parse(words, &flags).and_then(|args| {
        let threads = args.number("threads", 2)? as usize;
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(threads)
            .enable_all()
            .build()
            .map_err(|e| e.to_string())?;
        match command.as_str() {
            "write" => runtime.block_on(write::run(&args)),
            "generate" => write::generate(&args),
            "read" => runtime.block_on(read::run(&args)),
            "inspect" => inspect::run(&args),
            "bench" => runtime.block_on(bench::run(&args)),
            _ => Err(USAGE.into()),
        }
    });
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(e) => {
            eprintln!("{e}");
            ExitCode::FAILURE
        }
    }
}
