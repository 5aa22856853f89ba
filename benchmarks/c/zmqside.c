/*
 * Both sides of a measurement with bare libzmq: PUSH and PULL; XPUB that waits instead of dropping, and SUB; DEALER and ROUTER.
 * Arguments, reports and payloads are those of Sides, Course and Payload in io.parley.tools.bench.
 */
#include <inttypes.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include <zmq.h>

enum { LOOK = 256, LEAST_WARM_UP = 20000, MOST_UNDER_WAY = 1024, MOST_SAMPLES = 1 << 22, MOST_SENDERS = 64 };

static void *context;
static const char *pattern;
static int size, width;
static int64_t messages, warm_up_millis, measured_millis;

static int64_t nanos(clockid_t clock) {
  struct timespec t;
  clock_gettime(clock, &t);
  return t.tv_sec * INT64_C(1000000000) + t.tv_nsec;
}

static void check(int bad, const char *what) {
  if (bad) {
    fprintf(stderr, "%s: %s\n", what, zmq_strerror(zmq_errno()));
    exit(1);
  }
}

static void wrong(int64_t number) {
  printf("{\"event\":\"wrong\",\"detail\":\"message %" PRId64 " was expected\"}\n", number);
  fflush(stdout);
  exit(1);
}

/* Marks beside the number of a message: it is the last; measuring begins with it, on both sides. */
#define LAST INT64_MIN
#define FIRST_MEASURED (INT64_C(1) << 62)
#define NUMBER (~(LAST | FIRST_MEASURED))

/* Where a thread is on its way. */
struct course {
  int64_t set_out, warm_at, cpu_at, from;
  int warm;
};

static struct course set_out(void) {
  struct course c = {nanos(CLOCK_MONOTONIC), 0, 0, 0, 0};
  return c;
}

static void begin(struct course *c, int64_t number) {
  c->warm = 1;
  c->from = number;
  c->warm_at = nanos(CLOCK_MONOTONIC);
  c->cpu_at = nanos(CLOCK_PROCESS_CPUTIME_ID);
}

/* The mark of the sender's next message. */
static int64_t step(struct course *c, int64_t number) {
  if (c->warm) return 0;
  int ends = messages ? number == messages / 5
                      : number >= LEAST_WARM_UP && number % LOOK == 0 &&
                            nanos(CLOCK_MONOTONIC) - c->set_out >= warm_up_millis * 1000000;
  if (!ends) return 0;
  begin(c, number);
  return FIRST_MEASURED;
}

static int is_last(const struct course *c, int64_t number) {
  if (messages) return number == messages - 1;
  return c->warm && number % LOOK == LOOK - 1 && nanos(CLOCK_MONOTONIC) - c->warm_at >= measured_millis * 1000000;
}

static void report(const char *event, int64_t wall, int64_t cpu, int64_t count, const char *more) {
  printf("{\"event\":\"%s\",\"nanos\":%" PRId64 ",\"cpuNanos\":%" PRId64 ",\"allocated\":0,\"messages\":%" PRId64 "%s}\n",
         event, nanos(CLOCK_MONOTONIC) - wall, nanos(CLOCK_PROCESS_CPUTIME_ID) - cpu, count, more);
  fflush(stdout);
}

static void send_mark(void *s, int64_t mark) {
  zmq_msg_t m;
  check(zmq_msg_init_size(&m, (size_t)size), "message");
  int64_t complement = ~mark;
  char *data = zmq_msg_data(&m);
  memcpy(data, &mark, 8);
  if (size >= 16) memcpy(data + size - 8, &complement, 8);
  check(zmq_msg_send(&m, s, 0) < 0, "send");
}

/* Checks a message; its mark. */
static int64_t take(zmq_msg_t *m, int64_t number) {
  int64_t mark = -1, complement;
  char *data = zmq_msg_data(m);
  if (zmq_msg_size(m) != (size_t)size) wrong(number);
  memcpy(&mark, data, 8);
  complement = ~mark;
  if (size >= 16) memcpy(&complement, data + size - 8, 8);
  if ((mark & NUMBER) != number || complement != ~mark) wrong(number);
  return mark;
}

static void *open_socket(int type) {
  void *s = zmq_socket(context, type);
  check(s == NULL, "socket");
  int hwm = 16 * 1024 * 1024 / size;
  hwm = hwm < 1000 ? 1000 : hwm > 100000 ? 100000 : hwm;
  zmq_setsockopt(s, ZMQ_SNDHWM, &hwm, sizeof hwm);
  zmq_setsockopt(s, ZMQ_RCVHWM, &hwm, sizeof hwm);
  return s;
}

static void listen_on(void *s) {
  check(zmq_bind(s, "tcp://127.0.0.1:*"), "bind");
  char address[256];
  size_t length = sizeof address;
  check(zmq_getsockopt(s, ZMQ_LAST_ENDPOINT, address, &length), "endpoint");
  printf("{\"event\":\"listening\",\"address\":\"%s\"}\n", address);
  fflush(stdout);
}

static pthread_mutex_t sending = PTHREAD_MUTEX_INITIALIZER;

/* One of several threads on one socket, which is no thread's but one's: so they share a lock. */
struct sender {
  void *s;
  int64_t first, count;
  int locked;
  struct course c;
};

static void *send_all(void *argument) {
  struct sender *me = argument;
  me->c = set_out();
  int64_t number = 0;
  for (int last = 0; !last; number++) {
    int64_t mark = (me->first + number) | step(&me->c, number);
    last = is_last(&me->c, number);
    if (me->locked) pthread_mutex_lock(&sending);
    send_mark(me->s, last ? mark | LAST : mark);
    if (me->locked) pthread_mutex_unlock(&sending);
  }
  me->count = number - me->c.from;
  return NULL;
}

static void send_by(void *s, int threads) {
  static struct sender all[MOST_SENDERS];
  pthread_t thread[MOST_SENDERS];
  for (int i = 0; i < threads; i++) {
    all[i] = (struct sender){s, (int64_t)i << 48, 0, threads > 1, {0, 0, 0, 0, 0}};
    if (threads > 1) check(pthread_create(&thread[i], NULL, send_all, &all[i]), "thread");
  }
  if (threads == 1) send_all(&all[0]);
  int64_t count = 0;
  struct course first = {0, INT64_MAX, 0, 0, 0};
  for (int i = 0; i < threads; i++) {
    if (threads > 1) pthread_join(thread[i], NULL);
    if (all[i].c.warm_at < first.warm_at) first = all[i].c;
    count += all[i].count;
  }
  report("sent", first.warm_at, first.cpu_at, count, "");
}

static int rising(const void *a, const void *b) {
  int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
  return (x > y) - (x < y);
}

static void round_trips(void *s) {
  static int64_t begun[MOST_UNDER_WAY], samples[MOST_SAMPLES];
  struct course c = set_out();
  int64_t sent = 0, back = 0, taken = 0;
  int ended = 0, room = 1;
  while (!ended || back < sent) {
    for (; !ended && room > 0; room--) {
      int64_t mark = sent | step(&c, sent);
      ended = is_last(&c, sent);
      begun[sent % width] = nanos(CLOCK_MONOTONIC);
      send_mark(s, ended ? mark | LAST : mark);
      sent++;
    }
    zmq_msg_t m;
    zmq_msg_init(&m);
    check(zmq_msg_recv(&m, s, 0) < 0, "receive");
    int64_t now = nanos(CLOCK_MONOTONIC);
    take(&m, back);
    zmq_msg_close(&m);
    if (c.warm && back >= c.from && taken < MOST_SAMPLES) samples[taken++] = now - begun[back % width];
    back++;
    room = width - (int)(sent - back);
  }
  qsort(samples, (size_t)taken, sizeof *samples, rising);
  char more[200];
  snprintf(more, sizeof more, ",\"p50\":%.3f,\"p99\":%.3f,\"p999\":%.3f", samples[taken / 2] / 1e3,
           samples[taken * 99 / 100] / 1e3, samples[taken * 999 / 1000] / 1e3);
  report("sent", c.warm_at, c.cpu_at, sent - c.from, more);
}

static int senders(void) {
  return strcmp(pattern, "producers") ? 1 : width < MOST_SENDERS ? width : MOST_SENDERS;
}

static void send_side(void) {
  if (!strcmp(pattern, "pubsub")) {
    void *s = open_socket(ZMQ_XPUB);
    int on = 1;
    check(zmq_setsockopt(s, ZMQ_XPUB_NODROP, &on, sizeof on), "nodrop");
    check(zmq_setsockopt(s, ZMQ_XPUB_VERBOSE, &on, sizeof on), "verbose");
    listen_on(s);
    char told[16];
    for (int i = 0; i < width; i++) check(zmq_recv(s, told, sizeof told, 0) < 0, "subscription");
    send_by(s, 1);
  } else if (!strcmp(pattern, "pushpull") || !strcmp(pattern, "producers")) {
    void *s = open_socket(ZMQ_PUSH);
    listen_on(s);
    send_by(s, senders());
  } else {
    void *s = open_socket(ZMQ_DEALER);
    listen_on(s);
    round_trips(s);
  }
}

static const char *peer;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static int reading;
static int64_t first_wall, first_cpu, received;

static void done(const struct course *c, int64_t count) {
  pthread_mutex_lock(&lock);
  if (!first_wall || c->warm_at < first_wall) {
    first_wall = c->warm_at;
    first_cpu = c->cpu_at;
  }
  received += count - c->from;
  if (--reading == 0) report("received", first_wall, first_cpu, received, "");
  pthread_mutex_unlock(&lock);
}

/* One receiver, with a socket of its own. */
static void *receive_all(void *unused) {
  (void)unused;
  int back = !strcmp(pattern, "pingpong") || !strcmp(pattern, "request"), subscribes = !strcmp(pattern, "pubsub");
  void *s = open_socket(back ? ZMQ_ROUTER : subscribes ? ZMQ_SUB : ZMQ_PULL);
  if (subscribes) zmq_setsockopt(s, ZMQ_SUBSCRIBE, "", 0);
  check(zmq_connect(s, peer), "connect");
  struct course c = {0, 0, 0, 0, 0};
  int64_t number = 0, expected[MOST_SENDERS] = {0};
  for (int left = senders(); left; number++) {
    zmq_msg_t from, m;
    zmq_msg_init(&m);
    zmq_msg_init(&from);
    if (back) check(zmq_msg_recv(&from, s, 0) < 0, "receive");
    check(zmq_msg_recv(&m, s, 0) < 0, "receive");
    int64_t mark = 0;
    if (zmq_msg_size(&m) >= 8) memcpy(&mark, zmq_msg_data(&m), 8);
    int64_t sender = (mark & NUMBER) >> 48;
    if (sender >= senders()) wrong(number);
    mark = take(&m, (sender << 48) + expected[sender]++);
    if (mark & FIRST_MEASURED && !c.warm) begin(&c, number);
    if (mark & LAST) left--;
    if (back) {
      check(zmq_msg_send(&from, s, ZMQ_SNDMORE) < 0, "send");
      check(zmq_msg_send(&m, s, 0) < 0, "send");
    }
    zmq_msg_close(&m);
    zmq_msg_close(&from);
  }
  done(&c, number);
  return NULL;
}

static void receive_side(int readers) {
  reading = readers;
  for (int i = 0; i < readers; i++) {
    pthread_t thread;
    check(pthread_create(&thread, NULL, receive_all, NULL), "thread");
  }
}

/* side, pattern, mode, size, extent, width, transport; for a receiver then the address and how many receive in this process */
int main(int argc, char **argv) {
  if (argc < 8 || sscanf(argv[5], "%" SCNd64 ":%" SCNd64 ":%" SCNd64, &messages, &warm_up_millis, &measured_millis) != 3)
    return 2;
  pattern = argv[2];
  size = atoi(argv[4]);
  width = atoi(argv[6]);
  if (width < 1 || width > MOST_UNDER_WAY) return 2;
  context = zmq_ctx_new();
  if (!strcmp(argv[1], "send")) {
    send_side();
  } else if (argc > 9) {
    peer = argv[8];
    receive_side(atoi(argv[9]));
  } else {
    return 2;
  }
  char told[64];
  while (read(0, told, sizeof told) > 0) {
  }
  /* The sockets end with the process: all that was sent has come. */
  _exit(0);
}
