import base64
import urllib.request

# The smallest GIF there is.
GIF = b'GIF89a\x01\x00\x01\x00\x80\x00\x00\x00\x00\x00\xff\xff\xff,\x00\x00\x00\x00\x01\x00\x01\x00\x00\x02\x02D\x01\x00;'
PICTURE = base64.b64encode(GIF).decode()


def run(s):
    api = s.api('UploadsApi')
    # This generation has no model of the answer and hands back nothing.
    s.check(api.upload_a_media_file(body={'content': PICTURE, 'convert': 'mms'}) is None, 'an upload')
    s.refused(400, api.upload_a_media_file, body={'content': PICTURE, 'convert': 'song'})
    kept = s.raw('POST', '/v3/uploads?convert=mms', {'content': PICTURE})['data']
    s.check(kept['upload_id'] >= 2 and kept['date_delete'] > kept['date_added'], kept)
    with urllib.request.urlopen(kept['_url']) as answer:
        s.check((answer.headers['Content-Type'], answer.read()) == ('image/gif', GIF), kept)
