//! The canonical JSON form of a bundle (defined in the README). Two implementations that agree
//! on a bundle agree on these bytes.

use arrow_array::cast::AsArray;
use arrow_array::types::*;
use arrow_array::{Array, RecordBatch, downcast_dictionary_array};
use arrow_buffer::ArrowNativeType;
use arrow_schema::{DataType, Field, IntervalUnit, TimeUnit};
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};

/// One slot as it came out of a directory (or out of the generator).
pub struct SlotView<'a> {
    pub id: u16,
    pub fingerprint: [u8; 32],
    pub batch: &'a RecordBatch,
}

pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02x}")).collect()
}

/// The slots as a JSON array, ascending by slot id.
pub fn slots_json(slots: &[SlotView<'_>]) -> Value {
    Value::Array(sorted(slots).map(|s| slot_json(s, false)).collect())
}

/// SHA-256 over the compact JSON of the slots, in which a dictionary counts as its value type:
/// an engine may widen or drop a dictionary without changing the data.
pub fn digest(slots: &[SlotView<'_>]) -> String {
    let value = Value::Array(sorted(slots).map(|s| slot_json(s, true)).collect());
    hex(&Sha256::digest(value.to_string().as_bytes()))
}

fn sorted<'a>(slots: &'a [SlotView<'a>]) -> impl Iterator<Item = &'a SlotView<'a>> {
    let mut order: Vec<&SlotView<'_>> = slots.iter().collect();
    order.sort_by_key(|s| s.id);
    order.into_iter()
}

fn slot_json(slot: &SlotView<'_>, logical: bool) -> Value {
    let schema = slot.batch.schema();
    let fields: Vec<Value> = schema
        .fields()
        .iter()
        .map(|f| json!({"name": f.name(), "type": type_text(f.data_type(), logical), "nullable": f.is_nullable()}))
        .collect();
    let columns: Vec<Value> = slot
        .batch
        .columns()
        .iter()
        .map(|c| Value::Array((0..c.len()).map(|row| value(c.as_ref(), row)).collect()))
        .collect();
    json!({
        "slot": slot.id,
        "fingerprint": hex(&slot.fingerprint),
        "rows": slot.batch.num_rows(),
        "schema": fields,
        "columns": columns,
    })
}

/// A field as text: `name:type`, with `?` when it is nullable.
pub fn field_text(field: &Field) -> String {
    format!("{}:{}", field.name(), child_text(field, false))
}

fn child_text(field: &Field, logical: bool) -> String {
    let mark = if field.is_nullable() { "?" } else { "" };
    format!("{}{mark}", type_text(field.data_type(), logical))
}

pub fn type_text(data_type: &DataType, logical: bool) -> String {
    let unit = |u: &TimeUnit| match u {
        TimeUnit::Second => "s",
        TimeUnit::Millisecond => "ms",
        TimeUnit::Microsecond => "us",
        TimeUnit::Nanosecond => "ns",
    };
    match data_type {
        DataType::Null => "null".into(),
        DataType::Boolean => "bool".into(),
        DataType::Int8 => "i8".into(),
        DataType::Int16 => "i16".into(),
        DataType::Int32 => "i32".into(),
        DataType::Int64 => "i64".into(),
        DataType::UInt8 => "u8".into(),
        DataType::UInt16 => "u16".into(),
        DataType::UInt32 => "u32".into(),
        DataType::UInt64 => "u64".into(),
        DataType::Float16 => "f16".into(),
        DataType::Float32 => "f32".into(),
        DataType::Float64 => "f64".into(),
        DataType::Utf8 => "utf8".into(),
        DataType::LargeUtf8 => "large_utf8".into(),
        DataType::Binary => "binary".into(),
        DataType::LargeBinary => "large_binary".into(),
        DataType::Utf8View => "utf8_view".into(),
        DataType::BinaryView => "binary_view".into(),
        DataType::FixedSizeBinary(n) => format!("fixed_size_binary<{n}>"),
        DataType::Decimal128(precision, scale) => format!("decimal128<{precision},{scale}>"),
        DataType::Decimal256(precision, scale) => format!("decimal256<{precision},{scale}>"),
        DataType::Date32 => "date32".into(),
        DataType::Date64 => "date64".into(),
        DataType::Time32(u) => format!("time32<{}>", unit(u)),
        DataType::Time64(u) => format!("time64<{}>", unit(u)),
        DataType::Interval(IntervalUnit::YearMonth) => "interval<year_month>".into(),
        DataType::Interval(IntervalUnit::DayTime) => "interval<day_time>".into(),
        DataType::Interval(IntervalUnit::MonthDayNano) => "interval<month_day_nano>".into(),
        DataType::Timestamp(u, None) => format!("timestamp<{}>", unit(u)),
        DataType::Timestamp(u, Some(zone)) => format!("timestamp<{},{zone}>", unit(u)),
        DataType::Duration(u) => format!("duration<{}>", unit(u)),
        DataType::List(item) => format!("list<{}>", child_text(item, logical)),
        DataType::LargeList(item) => format!("large_list<{}>", child_text(item, logical)),
        DataType::ListView(item) => format!("list_view<{}>", child_text(item, logical)),
        DataType::LargeListView(item) => format!("large_list_view<{}>", child_text(item, logical)),
        DataType::FixedSizeList(item, n) => format!("fixed_size_list<{},{n}>", child_text(item, logical)),
        DataType::Struct(fields) => {
            let inner: Vec<String> =
                fields.iter().map(|f| format!("{}:{}", f.name(), child_text(f, logical))).collect();
            format!("struct<{}>", inner.join(","))
        }
        DataType::Map(entries, _) => match entries.data_type() {
            DataType::Struct(kv) if kv.len() == 2 => {
                format!("map<{},{}>", child_text(&kv[0], logical), child_text(&kv[1], logical))
            }
            other => format!("map<{}>", type_text(other, logical)),
        },
        DataType::Dictionary(_, values) if logical => type_text(values, logical),
        DataType::Dictionary(keys, values) => {
            format!("dictionary<{},{}>", type_text(keys, logical), type_text(values, logical))
        }
        other => format!("{other:?}"),
    }
}

const EXACT: u64 = 1 << 53;

fn signed(v: i64) -> Value {
    if v.unsigned_abs() > EXACT { json!(v.to_string()) } else { json!(v) }
}

fn unsigned(v: u64) -> Value {
    if v > EXACT { json!(v.to_string()) } else { json!(v) }
}

/// A decimal written out, with as many digits behind the point as its scale says.
fn decimal(unscaled: String, scale: i8) -> Value {
    let (sign, digits) = match unscaled.strip_prefix('-') {
        Some(digits) => ("-", digits.to_string()),
        None => ("", unscaled),
    };
    let text = if scale > 0 {
        let scale = scale as usize;
        let padded = format!("{digits:0>width$}", width = scale + 1);
        let point = padded.len() - scale;
        format!("{sign}{}.{}", &padded[..point], &padded[point..])
    } else if digits == "0" {
        digits
    } else {
        format!("{sign}{digits}{}", "0".repeat(scale.unsigned_abs() as usize))
    };
    json!(text)
}

/// A finite number as ECMAScript prints it (RFC 8785): `1`, `0.1`, `1e+21`, `5e-324`; what JSON
/// has no number for is a string: `"NaN"`, `"Infinity"`, `"-Infinity"`, `"-0"`. `digits` are the
/// shortest in scientific form, `returns` tells whether others are the same number.
fn float(v: f64, digits: String, returns: impl Fn(&str) -> bool) -> Value {
    if v.is_nan() {
        return json!("NaN");
    }
    if v.is_infinite() {
        return json!(if v > 0.0 { "Infinity" } else { "-Infinity" });
    }
    if v == 0.0 {
        return if v.is_sign_negative() { json!("-0") } else { json!(0) };
    }
    let scientific = even(v, digits, returns);
    let (mantissa, exponent) = scientific.split_once('e').expect("scientific form");
    let exponent: i32 = exponent.parse().expect("an exponent");
    let negative = mantissa.starts_with('-');
    let digits: String = mantissa.chars().filter(char::is_ascii_digit).collect();
    let n = exponent + 1; // the decimal point stands after n digits
    let k = digits.len() as i32;
    let text = if k <= n && n <= 21 {
        format!("{digits}{}", "0".repeat((n - k) as usize))
    } else if 0 < n && n <= 21 {
        format!("{}.{}", &digits[..n as usize], &digits[n as usize..])
    } else if -6 < n && n <= 0 {
        format!("0.{}{digits}", "0".repeat(-n as usize))
    } else {
        let sign = if n > 0 { '+' } else { '-' };
        let point = if k > 1 { "." } else { "" };
        format!("{}{point}{}e{sign}{}", &digits[..1], &digits[1..], (n - 1).abs())
    };
    let text = if negative { format!("-{text}") } else { text };
    Value::Number(serde_json::from_str::<serde_json::Number>(&text).map(|_| raw_number(&text)).expect("a number"))
}

/// Of two shortest texts that are equally near, ECMAScript takes the one with the even last digit, and
/// Rust the one farther from zero.
fn even(v: f64, shortest: String, returns: impl Fn(&str) -> bool) -> String {
    let (mantissa, exponent) = shortest.split_once('e').expect("scientific form");
    let places = mantissa.split_once('.').map_or(0, |(_, fraction)| fraction.len());
    let all = format!("{v:.800e}");
    let (all, all_exponent) = all.split_once('e').expect("scientific form");
    // The digits are the number's own up to here, toward zero; a tie goes on with a single 5.
    let end = all.find('.').expect("a point") + places + usize::from(places > 0);
    let (below, rest) = all.split_at(end);
    let tie = rest.trim_start_matches('.').trim_end_matches('0') == "5" && all_exponent == exponent;
    if tie && mantissa.ends_with(['1', '3', '5', '7', '9']) && mantissa != below {
        let other = format!("{below}e{exponent}");
        if returns(&other) {
            return other;
        }
    }
    shortest
}

/// Keeps the digits exactly as they were printed (`arbitrary_precision`).
fn raw_number(text: &str) -> serde_json::Number {
    serde_json::Number::from_string_unchecked(text.to_string())
}

/// One value of a column.
pub fn value(array: &dyn Array, row: usize) -> Value {
    // A dictionary's value may itself be null, so ask the value and not only the key.
    if array.is_null(row) {
        return Value::Null;
    }
    macro_rules! int {
        ($type:ty, $make:ident, $as:ty) => {
            $make(array.as_primitive::<$type>().value(row) as $as)
        };
    }
    match array.data_type() {
        DataType::Null => Value::Null,
        DataType::Boolean => json!(array.as_boolean().value(row)),
        DataType::Int8 => int!(Int8Type, signed, i64),
        DataType::Int16 => int!(Int16Type, signed, i64),
        DataType::Int32 => int!(Int32Type, signed, i64),
        DataType::Int64 => int!(Int64Type, signed, i64),
        DataType::UInt8 => int!(UInt8Type, unsigned, u64),
        DataType::UInt16 => int!(UInt16Type, unsigned, u64),
        DataType::UInt32 => int!(UInt32Type, unsigned, u64),
        DataType::UInt64 => int!(UInt64Type, unsigned, u64),
        // With the shortest digits of the f32 of the same value.
        DataType::Float16 => {
            let v = array.as_primitive::<Float16Type>().value(row).to_f32();
            float(v as f64, format!("{v:e}"), |text| text.parse() == Ok(v))
        }
        DataType::Float32 => {
            let v = array.as_primitive::<Float32Type>().value(row);
            float(v as f64, format!("{v:e}"), |text| text.parse() == Ok(v))
        }
        DataType::Float64 => {
            let v = array.as_primitive::<Float64Type>().value(row);
            float(v, format!("{v:e}"), |text| text.parse() == Ok(v))
        }
        DataType::Utf8 => json!(array.as_string::<i32>().value(row)),
        DataType::LargeUtf8 => json!(array.as_string::<i64>().value(row)),
        DataType::Binary => json!(hex(array.as_binary::<i32>().value(row))),
        DataType::LargeBinary => json!(hex(array.as_binary::<i64>().value(row))),
        DataType::FixedSizeBinary(_) => json!(hex(array.as_fixed_size_binary().value(row))),
        DataType::Utf8View => json!(array.as_string_view().value(row)),
        DataType::BinaryView => json!(hex(array.as_binary_view().value(row))),
        DataType::Decimal128(_, scale) => {
            decimal(array.as_primitive::<Decimal128Type>().value(row).to_string(), *scale)
        }
        DataType::Decimal256(_, scale) => {
            decimal(array.as_primitive::<Decimal256Type>().value(row).to_string(), *scale)
        }
        DataType::Date32 => int!(Date32Type, signed, i64),
        DataType::Date64 => int!(Date64Type, signed, i64),
        DataType::Time32(TimeUnit::Second) => int!(Time32SecondType, signed, i64),
        DataType::Time32(_) => int!(Time32MillisecondType, signed, i64),
        DataType::Time64(TimeUnit::Microsecond) => int!(Time64MicrosecondType, signed, i64),
        DataType::Time64(_) => int!(Time64NanosecondType, signed, i64),
        DataType::Interval(IntervalUnit::YearMonth) => int!(IntervalYearMonthType, signed, i64),
        DataType::Interval(IntervalUnit::DayTime) => {
            let v = array.as_primitive::<IntervalDayTimeType>().value(row);
            json!([v.days, v.milliseconds])
        }
        DataType::Interval(IntervalUnit::MonthDayNano) => {
            let v = array.as_primitive::<IntervalMonthDayNanoType>().value(row);
            json!([v.months, v.days, signed(v.nanoseconds)])
        }
        DataType::Timestamp(TimeUnit::Second, _) => int!(TimestampSecondType, signed, i64),
        DataType::Timestamp(TimeUnit::Millisecond, _) => int!(TimestampMillisecondType, signed, i64),
        DataType::Timestamp(TimeUnit::Microsecond, _) => int!(TimestampMicrosecondType, signed, i64),
        DataType::Timestamp(TimeUnit::Nanosecond, _) => int!(TimestampNanosecondType, signed, i64),
        DataType::Duration(TimeUnit::Second) => int!(DurationSecondType, signed, i64),
        DataType::Duration(TimeUnit::Millisecond) => int!(DurationMillisecondType, signed, i64),
        DataType::Duration(TimeUnit::Microsecond) => int!(DurationMicrosecondType, signed, i64),
        DataType::Duration(TimeUnit::Nanosecond) => int!(DurationNanosecondType, signed, i64),
        DataType::List(_) => list(array.as_list::<i32>().value(row).as_ref()),
        DataType::LargeList(_) => list(array.as_list::<i64>().value(row).as_ref()),
        DataType::ListView(_) => list(array.as_list_view::<i32>().value(row).as_ref()),
        DataType::LargeListView(_) => list(array.as_list_view::<i64>().value(row).as_ref()),
        DataType::FixedSizeList(_, _) => list(array.as_fixed_size_list().value(row).as_ref()),
        DataType::Struct(fields) => {
            let columns = array.as_struct();
            let mut object = Map::new();
            for (i, field) in fields.iter().enumerate() {
                object.insert(field.name().clone(), value(columns.column(i).as_ref(), row));
            }
            Value::Object(object)
        }
        // An array of [key, value], so that keys of any type and any order survive.
        DataType::Map(_, _) => {
            let entries = array.as_map().value(row);
            Value::Array(
                (0..entries.len())
                    .map(|i| json!([value(entries.column(0).as_ref(), i), value(entries.column(1).as_ref(), i)]))
                    .collect(),
            )
        }
        DataType::Dictionary(_, _) => {
            let any: &dyn Array = array;
            downcast_dictionary_array!(
                any => {
                    let key = any.keys().value(row);
                    value(any.values().as_ref(), key.as_usize())
                },
                other => json!(format!("unsupported {other}"))
            )
        }
        other => json!(format!("unsupported {other}")),
    }
}

fn list(items: &dyn Array) -> Value {
    Value::Array((0..items.len()).map(|i| value(items, i)).collect())
}
