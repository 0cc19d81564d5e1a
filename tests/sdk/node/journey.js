// Meta's official Node SDK (facebook-nodejs-business-sdk 24) against the sandbox: lists, next(), create, update, delete,
// insights at once and as a report.
//
//     npm install && node journey.js http://127.0.0.1:8090
//
// The SDK is used as it is; only its base URL points at the sandbox. Any surprise ends with a non-zero exit code.
'use strict';

const assert = require('node:assert/strict');
const sdk = require('facebook-nodejs-business-sdk');

const { FacebookAdsApi, AdAccount, AdSet, Campaign, User } = sdk;
const base = process.argv[2].replace(/\/$/, '');
// The SDK's addresses are static getters; there is no other way to move them.
for (const name of ['GRAPH', 'GRAPH_VIDEO']) {
  Object.defineProperty(FacebookAdsApi, name, { get: () => base });
}

async function control(path, body) {
  const headers = { 'Content-Type': 'application/json', 'X-Sandbox-Control': '1' };
  const options = body ? { method: 'POST', headers, body: JSON.stringify(body) } : {};
  const answer = await fetch(`${base}/_sandbox/${path}`, options);
  assert.ok(answer.ok, `${path}: ${answer.status}`);
  return answer.json();
}

async function main() {
  const identity = await control('identity');
  FacebookAdsApi.init(identity.access_token, 'en_US', false);
  const account = new AdAccount(identity.ad_account_id);

  // Read.
  const own = await account.read(['name', 'currency', 'timezone_name']);
  assert.equal(own.currency, 'EUR');
  const accounts = await new User('me').getAdAccounts(['name']);
  assert.ok(accounts.some((one) => one.id === identity.ad_account_id));

  // Create.
  const made = [];
  for (let number = 0; number < 5; number += 1) {
    const campaign = await account.createCampaign([], {
      name: `Node ${number}`,
      objective: 'OUTCOME_SALES',
      status: 'PAUSED',
      special_ad_categories: [],
      is_adset_budget_sharing_enabled: false,
    });
    made.push(campaign.id);
  }
  const adSet = await account.createAdSet(['name'], {
    name: 'Node ad set',
    campaign_id: made[0],
    status: 'ACTIVE',
    daily_budget: 3000,
    optimization_goal: 'OFFSITE_CONVERSIONS',
    billing_event: 'IMPRESSIONS',
    promoted_object: { pixel_id: identity.pixel_id, custom_event_type: 'PURCHASE' },
    targeting: {
      geo_locations: { countries: ['PT'] },
      publisher_platforms: ['facebook', 'instagram'],
      targeting_automation: { advantage_audience: 0 },
    },
    dsa_beneficiary: 'Casa Lume',
    dsa_payor: 'Casa Lume',
  });
  const creative = await account.createAdCreative([], {
    name: 'Node creative',
    object_story_spec: {
      page_id: identity.page_id,
      instagram_user_id: identity.instagram_user_id,
      link_data: { link: 'https://casalume.example/', message: 'Light for long evenings', image_hash: await picture(account) },
    },
  });
  await account.createAd([], {
    name: 'Node ad',
    adset_id: adSet.id,
    status: 'ACTIVE',
    creative: { creative_id: creative.id },
  });

  // A list longer than its page, by next().
  let page = await account.getCampaigns(['name', 'effective_status'], { limit: 2 });
  const listed = page.map((campaign) => campaign.id);
  while (page.hasNext()) {
    page = await page.next();
    listed.push(...page.map((campaign) => campaign.id));
  }
  assert.equal(new Set(listed).size, listed.length);
  assert.ok(made.every((id) => listed.includes(id)), listed.join());

  // Update and delete.
  await new Campaign(made[1]).update([], { name: 'Node, renamed' });
  assert.equal((await new Campaign(made[1]).read(['name'])).name, 'Node, renamed');
  assert.deepEqual(await new Campaign(made[4]).delete(), { success: true });
  assert.equal((await new Campaign(made[4]).read(['effective_status'])).effective_status, 'DELETED');

  // A refusal.
  await assert.rejects(new AdSet(adSet.id).update([], { daily_budget: 10 }), (error) => {
    assert.equal(error.status, 400);
    assert.equal(error.response.code, 100);
    assert.equal(error.response.error_subcode, 1885272);
    return true;
  });

  // Let it deliver and report.
  await new Campaign(made[0]).update([], { status: 'ACTIVE' });
  await control('clock', { advance_days: 3 });
  const ask = { time_range: { since: '2026-11-01', until: '2026-12-31' }, breakdowns: ['publisher_platform'] };
  const rows = await new Campaign(made[0]).getInsights(['impressions', 'spend'], ask);
  assert.deepEqual(rows.map((row) => row.publisher_platform).sort(), ['facebook', 'instagram']);

  const report = await account.getInsightsAsync(['campaign_id', 'spend'], { level: 'campaign', date_preset: 'last_year' });
  const told = [];
  while (told.at(-1) !== 'Job Completed') {
    assert.ok(told.length < 20, told.join());
    told.push((await report.read(['async_status', 'async_percent_completion'])).async_status);
  }
  assert.deepEqual(told, ['Job Not Started', 'Job Started', 'Job Running', 'Job Running', 'Job Completed']);
  await report.getInsights();
  console.log('Node journey: ok');
}

// The SDK drops the body of its file uploads, so the picture goes as base64.
async function picture(account) {
  const bytes = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==';
  const answer = await FacebookAdsApi.getDefaultApi().call('POST', [account.id, 'adimages'], { bytes });
  return answer.images.bytes.hash;
}

main().catch((error) => {
  console.error(error);
  process.exit(1);
});
