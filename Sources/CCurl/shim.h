#pragma once
#include <curl/curl.h>

// Swift cannot call C variadics: one function for each kind of argument that libcurl takes.

typedef size_t (*qd_data_callback)(char *data, size_t size, size_t count, void *context);
typedef int (*qd_seek_callback)(void *context, curl_off_t offset, int origin);

static inline CURLcode qd_global_init(void) { return curl_global_init(CURL_GLOBAL_DEFAULT); }

static inline CURLcode qd_set_long(CURL *easy, CURLoption option, long value) {
  return curl_easy_setopt(easy, option, value);
}

static inline CURLcode qd_set_size(CURL *easy, CURLoption option, curl_off_t value) {
  return curl_easy_setopt(easy, option, value);
}

static inline CURLcode qd_set_text(CURL *easy, CURLoption option, const char *value) {
  return curl_easy_setopt(easy, option, value);
}

static inline CURLcode qd_set_pointer(CURL *easy, CURLoption option, void *value) {
  return curl_easy_setopt(easy, option, value);
}

static inline CURLcode qd_set_list(CURL *easy, CURLoption option, struct curl_slist *value) {
  return curl_easy_setopt(easy, option, value);
}

static inline CURLcode qd_set_data_callback(CURL *easy, CURLoption option, qd_data_callback value) {
  return curl_easy_setopt(easy, option, value);
}

static inline CURLcode qd_set_seek_callback(CURL *easy, qd_seek_callback value) {
  return curl_easy_setopt(easy, CURLOPT_SEEKFUNCTION, value);
}

typedef int (*qd_progress_callback)(
    void *context, curl_off_t toReceive, curl_off_t received, curl_off_t toSend, curl_off_t sent);

static inline CURLcode qd_set_progress_callback(CURL *easy, qd_progress_callback value) {
  return curl_easy_setopt(easy, CURLOPT_XFERINFOFUNCTION, value);
}

static inline CURLMcode qd_multi_set_long(CURLM *multi, CURLMoption option, long value) {
  return curl_multi_setopt(multi, option, value);
}

/// The directory of hashed certificates this libcurl was built to trust, or NULL.
static inline const char *qd_default_certificate_directory(CURL *easy) {
  char *path = NULL;
  return curl_easy_getinfo(easy, CURLINFO_CAPATH, &path) == CURLE_OK ? path : NULL;
}

/// Microseconds until the connection was ready for the request; 0 while it is not.
static inline curl_off_t qd_pretransfer_time(CURL *easy) {
  curl_off_t time = 0;
  return curl_easy_getinfo(easy, CURLINFO_PRETRANSFER_TIME_T, &time) == CURLE_OK ? time : 0;
}

/// The transfer that the message says is finished and how it ended; NULL when it says something else.
static inline CURL *qd_finished(CURLM *multi, CURLcode *result) {
  int left = 0;
  CURLMsg *message;
  while ((message = curl_multi_info_read(multi, &left)) != NULL) {
    if (message->msg == CURLMSG_DONE) {
      *result = message->data.result;
      return message->easy_handle;
    }
  }
  return NULL;
}

static const size_t qd_write_pause = CURL_WRITEFUNC_PAUSE;
static const size_t qd_read_pause = CURL_READFUNC_PAUSE;
static const size_t qd_read_abort = CURL_READFUNC_ABORT;
