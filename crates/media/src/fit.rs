//! Makes a picture fit into a picture message (clicksend-v3.md A.9: 250 kB, jpg or gif). What fits already stays as it is, byte by byte;
//! everything else becomes a JPEG, no smaller and no poorer than it has to be.

#[cfg(test)]
mod tests;

use std::io::Cursor;

use image::codecs::jpeg::JpegEncoder;
use image::imageops::FilterType;
use image::metadata::Orientation;
use image::{DynamicImage, ImageDecoder as _, ImageFormat, ImageReader, Limits, RgbImage};

use crate::Kind;

/// Longest picture that carriers take.
pub const BYTES_MAX: usize = 250_000;
/// Longest file that is looked at.
pub const SOURCE_BYTES_MAX: usize = 10 * 1024 * 1024;

/// A side of a picture, in pixels: more than any camera's.
const SIDE_PIXELS_MAX: u32 = 12_000;
/// What decoding may take of the memory; a small file can claim to be a huge picture.
const DECODED_BYTES_MAX: u64 = 192 * 1024 * 1024;
/// Longest sides and qualities that are tried, the best first. The last of them fits whatever it shows: 160 × 160 pixels at three bytes
/// are far below the limit even uncompressed.
const SIDES: [u32; 7] = [1_600, 1_280, 960, 720, 480, 320, 160];
const QUALITIES: [u8; 3] = [85, 70, 55];
const _: () = assert!(160 * 160 * 3 + 4_096 < BYTES_MAX);

/// A picture that fits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fitted {
    pub bytes: Vec<u8>,
    /// [`Kind::Jpeg`] or [`Kind::Gif`].
    pub kind: Kind,
}

/// Why bytes are no picture that could be sent.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoPicture {
    #[error("it is longer than {SOURCE_BYTES_MAX} bytes")]
    TooLong,
    #[error("it is neither jpg, gif, png nor webp")]
    Unknown,
    #[error("it has more pixels than {SIDE_PIXELS_MAX} a side, or than fit into memory")]
    TooLarge,
    #[error("it is broken: {0}")]
    Broken(String),
}

impl From<image::ImageError> for NoPicture {
    fn from(error: image::ImageError) -> NoPicture {
        match error {
            image::ImageError::Limits(_) => NoPicture::TooLarge,
            other => NoPicture::Broken(other.to_string()),
        }
    }
}

/// Takes time and memory in proportion to the pixels: for a thread that may be blocked.
///
/// # Errors
/// The bytes are no picture of a known kind, or too much of one.
pub fn fit(source: Vec<u8>) -> Result<Fitted, NoPicture> {
    if source.len() > SOURCE_BYTES_MAX {
        return Err(NoPicture::TooLong);
    }
    let kind = Kind::of(&source).ok_or(NoPicture::Unknown)?;
    let format = match kind {
        Kind::Jpeg => ImageFormat::Jpeg,
        Kind::Png => ImageFormat::Png,
        Kind::Gif => ImageFormat::Gif,
        Kind::WebP => ImageFormat::WebP,
        Kind::Pdf => return Err(NoPicture::Unknown),
    };
    let picture = decode(&source, format)?;
    if matches!(kind, Kind::Jpeg | Kind::Gif) && source.len() <= BYTES_MAX {
        return Ok(Fitted {
            bytes: source,
            kind,
        });
    }
    Ok(Fitted {
        bytes: compress(&flat(picture))?,
        kind: Kind::Jpeg,
    })
}

/// Upright, as a person would see it. Of an animation its first picture.
fn decode(source: &[u8], format: ImageFormat) -> Result<DynamicImage, NoPicture> {
    let mut limits = Limits::default();
    limits.max_image_width = Some(SIDE_PIXELS_MAX);
    limits.max_image_height = Some(SIDE_PIXELS_MAX);
    limits.max_alloc = Some(DECODED_BYTES_MAX);
    let mut reader = ImageReader::with_format(Cursor::new(source), format);
    reader.limits(limits);
    let mut decoder = reader.into_decoder()?;
    if decoder.total_bytes() > DECODED_BYTES_MAX {
        return Err(NoPicture::TooLarge);
    }
    let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    let mut picture = DynamicImage::from_decoder(decoder)?;
    picture.apply_orientation(orientation);
    Ok(picture)
}

/// On white where it was transparent.
fn flat(picture: DynamicImage) -> RgbImage {
    if !picture.color().has_alpha() {
        return picture.into_rgb8();
    }
    let picture = picture.into_rgba8();
    let on_white = |part: u8, alpha: u8| {
        let (part, alpha) = (u32::from(part), u32::from(alpha));
        u8::try_from((part * alpha + 255 * (255 - alpha)) / 255).unwrap_or(u8::MAX)
    };
    RgbImage::from_fn(picture.width(), picture.height(), |x, y| {
        let [r, g, b, a] = picture.get_pixel(x, y).0;
        image::Rgb([on_white(r, a), on_white(g, a), on_white(b, a)])
    })
}

fn compress(picture: &RgbImage) -> Result<Vec<u8>, NoPicture> {
    let longest = picture.width().max(picture.height());
    for side in SIDES {
        let resized = (longest > side).then(|| scaled(picture, side));
        if resized.is_none() && side != SIDES[0] && longest <= SIDES[0] {
            // The whole picture was tried already under the first limit.
            continue;
        }
        for quality in QUALITIES {
            let bytes = jpeg(resized.as_ref().unwrap_or(picture), quality)?;
            if bytes.len() <= BYTES_MAX {
                return Ok(bytes);
            }
        }
    }
    Err(NoPicture::TooLarge)
}

fn scaled(picture: &RgbImage, side: u32) -> RgbImage {
    let (width, height) = (picture.width(), picture.height());
    let longest = u64::from(width.max(height));
    let scale = |length: u32| {
        let length = u64::from(length) * u64::from(side) / longest;
        u32::try_from(length).unwrap_or(side).max(1)
    };
    image::imageops::resize(picture, scale(width), scale(height), FilterType::Triangle)
}

fn jpeg(picture: &RgbImage, quality: u8) -> Result<Vec<u8>, NoPicture> {
    let mut bytes = Vec::new();
    JpegEncoder::new_with_quality(&mut bytes, quality).encode_image(picture)?;
    Ok(bytes)
}
