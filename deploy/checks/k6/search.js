// k6 run search.js: semantic search, form-encoded and anonymous, as k6 posts objects.
import http from 'k6/http';
import { check, sleep } from 'k6';
import { FEW_FAILURES, URL, stages } from './stages.js';

export const options = {
  stages: stages(1),
  thresholds: {
    http_req_duration: ['p(95)<2000'], // 95% requests under 2s
    http_req_failed: FEW_FAILURES,
  },
};

export default function search() {
  const response = http.post(`${URL}/api/v1/search`, {
    query: 'authentication middleware',
    context: 'express_app',
    type: 'semantic',
  });

  check(response, {
    'status is 200': (r) => r.status === 200,
    'response time < 2s': (r) => r.timings.duration < 2000,
    'has results': (r) => JSON.parse(r.body).results.length > 0,
  });

  sleep(1);
}
