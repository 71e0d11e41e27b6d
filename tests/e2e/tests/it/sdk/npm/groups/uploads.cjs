// The smallest GIF there is.
const GIF = 'R0lGODlhAQABAIAAAAAAAP///ywAAAAAAQABAAACAkQBADs=';

/** The link of a picture that was uploaded. */
async function picture(s) {
  const upload = s.model('UploadFile', { content: GIF });
  return (await s.succeeded(s.api('UploadApi').uploadsPost(upload, 'mms')))._url;
}

module.exports = async (s) => {
  const answer = await fetch(await picture(s));
  s.check(answer.headers.get('content-type') === 'image/gif', 'its type');
  s.check(Buffer.from(await answer.arrayBuffer()).toString('base64') === GIF, 'what was uploaded');
  await s.refused(400, s.api('UploadApi').uploadsPost(s.model('UploadFile', { content: 'bm90aGluZw==' }), 'mms'));
};
module.exports.picture = picture;
