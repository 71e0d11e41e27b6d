// Whose account this is, and what is left on it.
import { clicksend } from './postern.mjs';

const account = await clicksend('GET', '/account');
const currency = account._currency.currency_name_short;
console.log(`${account.username} has ${account.balance} ${currency} (${account.country}, ${account.timezone})`);
