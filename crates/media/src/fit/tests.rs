//! Pictures are made here and told to fit; what comes out is decoded again.

use std::io::Cursor;

use image::{DynamicImage, ImageFormat, Rgba, RgbaImage};
use proptest::prelude::*;

use super::{BYTES_MAX, Fitted, NoPicture, SOURCE_BYTES_MAX, fit};
use crate::Kind;

/// Noise compresses badly, which is what makes a picture large.
fn noise(width: u32, height: u32) -> DynamicImage {
    let mut state = 1_u32;
    let picture = RgbaImage::from_fn(width, height, |_, _| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        let [a, b, c, _] = state.to_be_bytes();
        Rgba([a, b, c, 255])
    });
    DynamicImage::ImageRgba8(picture)
}

fn encoded(picture: &DynamicImage, format: ImageFormat) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    let picture = match format {
        ImageFormat::Jpeg => DynamicImage::ImageRgb8(picture.to_rgb8()),
        _ => picture.clone(),
    };
    picture.write_to(&mut bytes, format).unwrap();
    bytes.into_inner()
}

fn size(fitted: &Fitted) -> (u32, u32) {
    let picture = image::load_from_memory(&fitted.bytes).unwrap();
    (picture.width(), picture.height())
}

#[test]
fn what_fits_stays_as_it_is() {
    for (format, kind) in [
        (ImageFormat::Jpeg, Kind::Jpeg),
        (ImageFormat::Gif, Kind::Gif),
    ] {
        let bytes = encoded(&noise(64, 32), format);
        let fitted = fit(bytes.clone()).unwrap();
        assert_eq!((fitted.bytes, fitted.kind), (bytes, kind));
    }
}

#[test]
fn other_kinds_become_jpegs() {
    for format in [ImageFormat::Png, ImageFormat::WebP] {
        let fitted = fit(encoded(&noise(64, 32), format)).unwrap();
        assert_eq!(
            (fitted.kind, Kind::of(&fitted.bytes)),
            (Kind::Jpeg, Some(Kind::Jpeg))
        );
        assert_eq!(size(&fitted), (64, 32));
    }
}

#[test]
fn what_is_too_long_becomes_smaller_and_keeps_its_shape() {
    let large = encoded(&noise(1_200, 600), ImageFormat::Jpeg);
    assert!(large.len() > BYTES_MAX);
    let fitted = fit(large).unwrap();
    assert!(fitted.bytes.len() <= BYTES_MAX);
    let (width, height) = size(&fitted);
    assert!(width >= 320 && width == 2 * height, "{width} x {height}");
}

#[test]
fn transparency_becomes_white() {
    let glass = DynamicImage::ImageRgba8(RgbaImage::from_pixel(8, 8, Rgba([0, 0, 0, 0])));
    let fitted = fit(encoded(&glass, ImageFormat::Png)).unwrap();
    let picture = image::load_from_memory(&fitted.bytes).unwrap().to_rgb8();
    assert!(picture.get_pixel(4, 4).0.iter().all(|part| *part > 250));
}

#[test]
fn what_is_no_picture_is_told_so() {
    assert_eq!(
        fit(b"<html>not found</html>".to_vec()),
        Err(NoPicture::Unknown)
    );
    assert_eq!(fit(b"%PDF-1.7".to_vec()), Err(NoPicture::Unknown));
    assert_eq!(fit(Vec::new()), Err(NoPicture::Unknown));
    assert_eq!(fit(vec![0; SOURCE_BYTES_MAX + 1]), Err(NoPicture::TooLong));
    let half = encoded(&noise(64, 64), ImageFormat::Png);
    assert!(matches!(
        fit(half[..half.len() / 2].to_vec()),
        Err(NoPicture::Broken(_))
    ));
}

#[test]
fn a_small_file_that_claims_to_be_huge_is_refused_before_it_takes_memory() {
    // A PNG head of 60,000 x 60,000 pixels.
    let mut bytes = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\xea\x60\0\0\xea\x60\x08\x02\0\0\0".to_vec();
    bytes.extend([0; 64]);
    assert!(fit(bytes).is_err());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Strangers' bytes end in an answer, never in a panic.
    #[test]
    fn broken_pictures_are_answered(
        at in 0usize..4_000, byte: u8, cut in 8usize..4_000,
        format in prop::sample::select(vec![ImageFormat::Jpeg, ImageFormat::Png, ImageFormat::Gif, ImageFormat::WebP]),
    ) {
        let mut bytes = encoded(&noise(32, 32), format);
        let length = bytes.len();
        bytes[at % length] = byte;
        bytes.truncate(cut.min(length));
        if let Ok(fitted) = fit(bytes) {
            prop_assert!(fitted.bytes.len() <= BYTES_MAX);
        }
    }
}
