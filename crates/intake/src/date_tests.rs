//! What the date reader accepts and refuses, form by form.

use super::*;

fn day(text: &str) -> NaiveDate {
    text.parse().expect("a date")
}

#[test]
fn forms_with_one_reading() {
    for (text, expected) in [
        ("2024-01-05", "2024-01-05"),
        ("2024-01-05T00:00:00Z", "2024-01-05"),
        ("2024-01-05T23:30:00.000+02:00", "2024-01-05"),
        ("2020-02-11 0:00:00", "2020-02-11"),
        ("2024-01-05-10.30.00", "2024-01-05"),
        ("2024/1/5", "2024-01-05"),
        ("2024.01.05", "2024-01-05"),
        ("20200210", "2020-02-10"),
        ("20200210.0", "2020-02-10"),
        ("2.020021E7", "2020-02-10"),
        ("20240105T000000Z", "2024-01-05"),
        ("5-Jan-2024", "2024-01-05"),
        ("05-JAN-24", "2024-01-05"),
        ("05JAN24", "2024-01-05"),
        ("Jan 5, 2024", "2024-01-05"),
        ("January 5th, 2024", "2024-01-05"),
        ("Jan 5 2024 12:00AM", "2024-01-05"),
        ("Friday, January 5, 2024", "2024-01-05"),
        ("Fri, 5 Jan 2024 00:00:00 GMT", "2024-01-05"),
        ("5. Januar 2024", "2024-01-05"),
        ("5 mai 2024", "2024-05-05"),
        ("1 août 2024", "2024-08-01"),
        ("3 juillet 2024", "2024-07-03"),
        ("2024-Jan-05", "2024-01-05"),
    ] {
        assert_eq!(scan(text), Scanned::Date(day(expected)), "{text}");
    }
    assert_eq!(scan("45292"), Scanned::Serial(day("2024-01-01")));
    assert_eq!(scan("45292.0"), Scanned::Serial(day("2024-01-01")));
}

#[test]
fn forms_whose_order_the_column_settles() {
    for (text, order, expected) in [
        ("12/19/24 00:00", DateOrder::Mdy, "2024-12-19"),
        ("31/12/2012", DateOrder::Dmy, "2012-12-31"),
        ("05.01.2024", DateOrder::Dmy, "2024-01-05"),
        ("5. 1. 2024", DateOrder::Dmy, "2024-01-05"),
        ("1/2/69", DateOrder::Mdy, "1969-01-02"),
        ("1/2/68", DateOrder::Mdy, "2068-01-02"),
        ("02102020", DateOrder::Mdy, "2020-02-10"),
        ("24-01-05", DateOrder::Ymd, "2024-01-05"),
    ] {
        let Scanned::Parts(parts) = scan(text) else {
            panic!("{text}: {:?}", scan(text));
        };
        assert_eq!(parts.read(order), Some(day(expected)), "{text}");
    }
    let Scanned::Parts(parts) = scan("03/01/2012") else {
        panic!("parts");
    };
    assert!(parts.fits(DateOrder::Mdy) && parts.fits(DateOrder::Dmy) && !parts.fits(DateOrder::Ymd));
}

#[test]
fn days_that_do_not_exist_and_blanks() {
    for text in [
        "2024-02-30",
        "30/30/2024",
        "2024-13-01",
        "garbage",
        "12/2024",
        "1234567",
        "Jan 2024",
        "0024-01-05",
        "2024-01-05x",
        "1/2/3/4",
    ] {
        assert_eq!(scan(text), Scanned::Bad, "{text}");
    }
    for text in ["", " ", "NULL", "NaT", "00.00.0000", "0000-00-00", "00000000", "-", "0", "0000/00/00"] {
        assert_eq!(scan(text), Scanned::Empty, "{text}");
    }
}

#[test]
fn days_that_stand_for_none() {
    for text in [
        "1900-01-01",
        "1900-01-01T00:00:00",
        "1/1/1900",
        "1/0/1900",
        "01.01.1900",
        "19000101",
        "01-JAN-1900",
        "1970-01-01",
        "1/1/0001 12:00:00 AM",
        "0001-01-01T00:00:00",
        "01.01.0001 00:00:00",
        "1899-12-30",
        "12/30/1899",
        "1753-01-01",
        "31.12.9999",
        "12/31/9999",
        "99991231",
    ] {
        assert_eq!(scan(text), Scanned::Never, "{text}");
    }
    for text in ["5/5/0001", "0026-02-20", "2/3/0206"] {
        assert_eq!(scan(text), Scanned::Bad, "{text}");
    }
}
