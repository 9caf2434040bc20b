/* The layout rule of the intent language, and prose, which needs it.
 *
 * A line at column 0 that is neither blank nor a comment begins an item. Inside an intent, a
 * line that is not indented deeper than the clause before it begins a clause; after the head
 * any indented line that begins with a word or a quote does. Ends are marked directly after
 * the last token, starts directly before the first, all with zero width.
 *
 * `NEVER` is an extra, so that every state of the parser asks this scanner first; the marks
 * are given whether the parser wants them or not. A bracket that was not closed then meets the
 * end of its clause instead of the words of the next one, and the error stays where it is.
 */

#include "tree_sitter/alloc.h"
#include "tree_sitter/parser.h"

#include <string.h>

enum Token {
  ITEM_START,
  UNKNOWN_ITEM_START,
  ITEM_END,
  CLAUSE_START,
  UNKNOWN_CLAUSE_START,
  CLAUSE_END,
  PROSE,
  UNCLOSED_PROSE,
  NEVER,
  ERROR_SENTINEL,
};

enum Phase {
  OUTSIDE, /* between items */
  PLAIN,   /* in an item without clauses */
  HEAD,    /* in the head of an intent */
  BETWEEN, /* in an intent, after its head or a clause has ended */
  CLAUSE,  /* in a clause; `column` is where it begins */
};

typedef struct {
  uint8_t phase;
  uint16_t column;
} State;

/* How many comment lines the look-ahead steps over. Beyond them a comment counts to what stands
 * before it; the bound keeps a long run of comments from costs that grow with its square. */
#define COMMENTS_AHEAD 64
#define WORD_SIZE 16
#define NO_COLUMN 0xffffu

static const char *const ITEM_WORDS[] = {"use", "type", "define", "intent", NULL};
static const char *const CLAUSE_WORDS[] = {
    "requires",  "ensures", "raises", "modifies", "example", "must",        "invariant",  "decreases",
    "target",    "model",   "budget", "context",  "trust",   "temperature", "candidates", NULL,
};

static bool is_line_end(int32_t c) { return c == '\n' || c == '\r'; }

static bool is_space(int32_t c) {
  return c == ' ' || c == '\t' || c == '\f' || c == '\v' || c == 0xFEFF;
}

static bool begins_word(int32_t c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c > 127;
}

static bool continues_word(int32_t c) { return begins_word(c) || (c >= '0' && c <= '9'); }

static bool among(const char *word, const char *const *words) {
  for (; *words; words++) {
    if (strcmp(word, *words) == 0) return true;
  }
  return false;
}

/* The word at the lexer, cut off at WORD_SIZE, which no keyword reaches. */
static void read_word(TSLexer *lexer, char *word) {
  unsigned length = 0;
  while (!lexer->eof(lexer) && continues_word(lexer->lookahead)) {
    if (length < WORD_SIZE - 1) {
      word[length++] = lexer->lookahead > 127 ? '?' : (char)lexer->lookahead;
    }
    lexer->advance(lexer, false);
  }
  word[length] = 0;
}

/* Where the next token stands. */
typedef struct {
  bool new_line;
  bool end; /* of the text */
  uint32_t column;
} Place;

static void step_over_space(TSLexer *lexer, Place *place, bool skip) {
  for (; !lexer->eof(lexer); lexer->advance(lexer, skip)) {
    if (is_line_end(lexer->lookahead)) {
      place->new_line = true;
      place->column = 0;
    } else if (is_space(lexer->lookahead)) {
      place->column++;
    } else {
      return;
    }
  }
  place->end = true;
}

static void step_over_line(TSLexer *lexer) {
  while (!lexer->eof(lexer) && !is_line_end(lexer->lookahead)) lexer->advance(lexer, false);
}

static bool emit(TSLexer *lexer, State *state, enum Phase phase, enum Token token) {
  state->phase = (uint8_t)phase;
  lexer->result_symbol = (TSSymbol)token;
  return true;
}

/* At the first of three quotes: up to the closing three; else up to the next line that looks
 * like a clause, or to the end of the item. */
static bool scan_prose(TSLexer *lexer, const State *state) {
  for (int i = 0; i < 3; i++) {
    if (lexer->lookahead != '"') return false;
    lexer->advance(lexer, false);
  }
  lexer->result_symbol = UNCLOSED_PROSE;
  lexer->mark_end(lexer);
  bool ended = false; /* a line was met with which the prose ends, should it be unclosed */
  bool line_start = false;
  uint32_t column = 0;
  int quotes = 0;
  while (!lexer->eof(lexer)) {
    int32_t c = lexer->lookahead;
    if (is_line_end(c)) {
      line_start = true;
      column = 0;
      quotes = 0;
      lexer->advance(lexer, false);
      continue;
    }
    if (line_start && is_space(c)) {
      column++;
      lexer->advance(lexer, false);
      continue;
    }
    if (line_start && column == 0 && c != '#') return true;
    if (line_start && !ended && column <= state->column && begins_word(c)) {
      char word[WORD_SIZE];
      read_word(lexer, word);
      line_start = false;
      ended = among(word, CLAUSE_WORDS);
      if (!ended) lexer->mark_end(lexer);
      continue;
    }
    line_start = false;
    if (c == '\\') {
      quotes = 0;
      lexer->advance(lexer, false);
      if (!lexer->eof(lexer) && !is_line_end(lexer->lookahead)) lexer->advance(lexer, false);
    } else {
      quotes = c == '"' ? quotes + 1 : 0;
      lexer->advance(lexer, false);
      if (quotes == 3) {
        lexer->mark_end(lexer);
        lexer->result_symbol = PROSE;
        return true;
      }
    }
    if (!ended) lexer->mark_end(lexer);
  }
  return true;
}

static bool scan(TSLexer *lexer, State *state, const bool *valid) {
  bool recovering = valid[ERROR_SENTINEL];
  lexer->mark_end(lexer);
  Place here = {false, false, 0};
  step_over_space(lexer, &here, true);

  if (state->phase == OUTSIDE) {
    if (here.end || lexer->lookahead == '#') return false;
    lexer->mark_end(lexer);
    char word[WORD_SIZE];
    read_word(lexer, word);
    if (here.column > 0 || !among(word, ITEM_WORDS)) {
      return emit(lexer, state, PLAIN, UNKNOWN_ITEM_START);
    }
    return emit(lexer, state, strcmp(word, "intent") == 0 ? HEAD : PLAIN, ITEM_START);
  }

  /* Inside an item. An end belongs before the comments that follow the last token. */
  bool comment = !here.end && lexer->lookahead == '#';
  Place next = here;
  bool known = true;
  if (comment) {
    for (int lines = 0; !next.end && lexer->lookahead == '#'; lines++) {
      if (lines == COMMENTS_AHEAD) {
        known = false;
        break;
      }
      step_over_line(lexer);
      step_over_space(lexer, &next, false);
    }
  }
  if (known && (next.end || (next.new_line && next.column == 0))) {
    if (state->phase == CLAUSE) return emit(lexer, state, BETWEEN, CLAUSE_END);
    return emit(lexer, state, OUTSIDE, ITEM_END);
  }
  if (known && state->phase == CLAUSE && next.new_line && next.column <= state->column) {
    return emit(lexer, state, BETWEEN, CLAUSE_END);
  }
  if (comment) return false;

  bool starts = false;
  char word[WORD_SIZE] = "";
  if (state->phase == BETWEEN) {
    lexer->mark_end(lexer);
    starts = true;
    if (lexer->lookahead == '"') {
      strcpy(word, "must");
      for (int i = 0; i < 3; i++) {
        if (lexer->lookahead != '"') word[0] = 0;
        lexer->advance(lexer, false);
      }
    } else {
      read_word(lexer, word);
    }
  } else if (state->phase == HEAD && here.new_line) {
    bool wanted = valid[CLAUSE_START] && !recovering;
    if (lexer->lookahead == '"') {
      lexer->mark_end(lexer);
      strcpy(word, "must");
      starts = true;
      for (int i = 0; i < 3; i++) {
        if (lexer->lookahead != '"') starts = false;
        if (starts) lexer->advance(lexer, false);
      }
    } else if (begins_word(lexer->lookahead)) {
      lexer->mark_end(lexer);
      read_word(lexer, word);
      Place after = {false, false, 0};
      if (!wanted && among(word, CLAUSE_WORDS)) {
        /* Within the parameters' brackets: `model: int` is one of them. */
        step_over_space(lexer, &after, false);
        starts = !after.end && lexer->lookahead != ':' && lexer->lookahead != ',' &&
                 lexer->lookahead != ')' && lexer->lookahead != ']';
      } else {
        starts = wanted;
      }
    }
  }
  if (starts) {
    state->column = (uint16_t)(here.column < NO_COLUMN ? here.column : NO_COLUMN - 1);
    return emit(lexer, state, CLAUSE,
                among(word, CLAUSE_WORDS) ? CLAUSE_START : UNKNOWN_CLAUSE_START);
  }
  if (state->phase == CLAUSE && lexer->lookahead == '"' && !recovering && valid[PROSE]) {
    return scan_prose(lexer, state);
  }
  return false;
}

void *tree_sitter_intent_external_scanner_create(void) { return ts_calloc(1, sizeof(State)); }

void tree_sitter_intent_external_scanner_destroy(void *payload) { ts_free(payload); }

unsigned tree_sitter_intent_external_scanner_serialize(void *payload, char *buffer) {
  memcpy(buffer, payload, sizeof(State));
  return sizeof(State);
}

void tree_sitter_intent_external_scanner_deserialize(void *payload, const char *buffer,
                                                     unsigned length) {
  memset(payload, 0, sizeof(State));
  if (length == sizeof(State)) memcpy(payload, buffer, sizeof(State));
}

bool tree_sitter_intent_external_scanner_scan(void *payload, TSLexer *lexer, const bool *valid) {
  return scan(lexer, payload, valid);
}
