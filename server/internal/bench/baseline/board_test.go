package baseline_test

import (
	"bufio"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"wslab/server/internal/bench/baseline"
)

func board(t *testing.T, name string) string {
	handler, err := baseline.Handler(t.Context(), name)
	require.NoError(t, err)
	srv := httptest.NewServer(handler)
	t.Cleanup(srv.Close)
	return srv.URL
}

func post(t *testing.T, url, text string) int {
	answer, err := http.Post(url+"/say?token=ABC-123", "application/json", strings.NewReader(text))
	require.NoError(t, err)
	answer.Body.Close()
	return answer.StatusCode
}

func get(t *testing.T, url, after string) io.ReadCloser {
	request, err := http.NewRequestWithContext(within(t), http.MethodGet, url+"/events?token=ABC-123&after="+after, nil)
	require.NoError(t, err)
	answer, err := http.DefaultClient.Do(request)
	require.NoError(t, err)
	require.Equal(t, http.StatusOK, answer.StatusCode)
	t.Cleanup(func() { answer.Body.Close() })
	return answer.Body
}

func all(t *testing.T, body io.Reader) string {
	text, err := io.ReadAll(body)
	require.NoError(t, err)
	return string(text)
}

func TestAPollTellsWhatCameAfterTheLastOne(t *testing.T) {
	url := board(t, "polling")
	require.JSONEq(t, `{"next":0,"events":[]}`, all(t, get(t, url, "0")))
	require.Equal(t, http.StatusNoContent, post(t, url, `"one"`))
	require.Equal(t, http.StatusNoContent, post(t, url, `"two"`))
	require.JSONEq(t, `{"next":2,"events":["one","two"]}`, all(t, get(t, url, "0")))
	require.JSONEq(t, `{"next":2,"events":["two"]}`, all(t, get(t, url, "1")))
}

func TestALongPollIsAnsweredOnceThereIsSomething(t *testing.T) {
	url := board(t, "longpolling")
	heard := make(chan string)
	go func() { heard <- all(t, get(t, url, "0")) }()
	require.Equal(t, http.StatusNoContent, post(t, url, `"one"`))
	require.JSONEq(t, `{"next":1,"events":["one"]}`, <-heard)
}

func TestAStreamTellsEachEvent(t *testing.T) {
	url := board(t, "sse")
	lines := bufio.NewScanner(get(t, url, "0"))
	for _, event := range []string{`"one"`, `"two"`} {
		require.Equal(t, http.StatusNoContent, post(t, url, event))
		require.True(t, lines.Scan())
		require.Equal(t, "data: "+event, lines.Text())
		require.True(t, lines.Scan(), "an empty line ends an event")
	}
}

func TestABoardTakesJSONFromThoseWithAToken(t *testing.T) {
	url := board(t, "polling")
	require.Equal(t, http.StatusBadRequest, post(t, url, `{`))
	answer, err := http.Post(url+"/say", "application/json", strings.NewReader(`"one"`))
	require.NoError(t, err)
	answer.Body.Close()
	require.Equal(t, http.StatusUnauthorized, answer.StatusCode)
}
