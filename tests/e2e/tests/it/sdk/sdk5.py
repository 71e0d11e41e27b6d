# The same calls with generation 5, whose bodies and headers differ.
import ast, json, os, time
import clicksend_client

configuration = clicksend_client.Configuration()
configuration.host = os.environ['HOST']
configuration.username = os.environ['USERNAME']
configuration.password = os.environ['PASSWORD']
client = clicksend_client.ApiClient(configuration)
done = 0


def check(condition, what):
    global done
    if not condition:
        raise SystemExit(f'not as it should be: {what}')
    done += 1


def read(answer):
    # This generation hands back the text of the answer, as Python prints what it parsed.
    return answer if isinstance(answer, dict) else ast.literal_eval(answer)


account = read(clicksend_client.AccountApi(client).account_get())
check(account['response_code'] == 'SUCCESS', account)

sms = clicksend_client.SMSApi(client)
later = int(time.time()) + 3600
message = clicksend_client.SmsMessage
body = clicksend_client.SmsMessageCollection(messages=[
    message(source='sdk5', body='now', to='+15551234567'),
    message(source='sdk5', body='later', to='+15551234567', schedule=later),
    message(source='sdk5', body='much later', to='+15551234567', schedule=later + 3600),
])
price = read(sms.sms_price_post(body))
check(price['data']['queued_count'] == 3 or price['data']['total_count'] == 3, price)
sent = read(sms.sms_send_post(body))
check(sent['data']['queued_count'] == 3, sent)
check(sent['data']['total_price'] == price['data']['total_price'], (sent, price))
ids = [row['message_id'] for row in sent['data']['messages']]
history = read(sms.sms_history_get(page=1, limit=100))
check(set(ids) <= {row['message_id'] for row in history['data']['data']}, history)
check(read(sms.sms_cancel_by_message_id_put(ids[1]))['response_code'] == 'SUCCESS', 'cancel')
check(read(sms.sms_cancel_all_put())['data']['count'] == 1, 'cancel all')
check(read(sms.sms_receipts_get())['response_code'] == 'SUCCESS', 'receipts')
countries = read(clicksend_client.CountriesApi(client).countries_get())
check(len(countries['data']) > 200, 'countries')
print(json.dumps({'done': done}))
