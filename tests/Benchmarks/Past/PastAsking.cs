using System.Diagnostics;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Ecs.Benchmarks.Throughput;
using Ecs.Contracts;
using Ecs.Contracts.Commands;

namespace Ecs.Benchmarks.Past;

/// <summary>Asks an Auditor about random moments, and checks that the answers say something.</summary>
/// <param name="auditor">Where it is.</param>
/// <param name="disk">Where the names of tasks come from.</param>
/// <param name="events">How long the log is.</param>
/// <param name="samples">Moments for each kind of question.</param>
internal sealed class PastAsking(Uri auditor, LogDisk disk, int events, int samples) : IDisposable
{
    /// <summary>Events until the fleet and its 10,000 tasks are there: a moment before has less to answer.</summary>
    private const int Beginning = 12_000;

    private readonly HttpClient _http = new() { BaseAddress = auditor, Timeout = TimeSpan.FromMinutes(2) };

    // The same moments in every run: what is compared are the versions of the program.
    private readonly Random _random = new(20_261_125);
    private readonly List<double> _all = [];

    /// <summary>Every question that was asked.</summary>
    public Distribution All => new(_all);

    /// <summary>The three kinds of question in turn, each of a moment of its own.</summary>
    public async Task<IReadOnlyList<(string Name, Distribution Took)>> QuestionsAsync()
    {
        string[] names = ["DescribeTasks of 100", "ListTasks", "DescribeClusters"];
        var took = names.Select(_ => new List<double>()).ToList();
        for (var i = 0; i < samples * names.Length; i++)
        {
            var one = await OneAsync(i);
            took[i % names.Length].Add(one);
            _all.Add(one);
        }

        return [.. names.Zip(took, (name, times) => (name, new Distribution(times)))];
    }

    /// <summary>One question of a random moment.</summary>
    /// <returns>Milliseconds.</returns>
    public async Task<double> OneAsync(int number)
    {
        var position = _random.NextInt64(Math.Min(Beginning, events - 1), events) + 1;
        var (name, query) = (number % 3) switch
        {
            0 => ("describe-tasks", (Command)new DescribeTasks { Tasks = await disk.TasksAsync(position, 100) }),
            1 => ("list-tasks", new ListTasks()),
            _ => ("describe-clusters", new DescribeClusters { Clusters = ["default"], Include = ["STATISTICS"] }),
        };
        var body = JsonSerializer.SerializeToUtf8Bytes(
            query with { CommandId = "bench" }, query.GetType(), EcsJson.Options);
        using var content = new ByteArrayContent(body) { Headers = { { "Content-Type", "application/json" } } };
        var watch = Stopwatch.StartNew();
        using var response = await _http.PostAsync(new Uri($"/at/{position}/{name}", UriKind.Relative), content);
        var text = await response.Content.ReadAsByteArrayAsync();
        var took = watch.Elapsed.TotalMilliseconds;
        Check(response, text);
        return took;
    }

    /// <summary>The whole history of random tasks.</summary>
    public async Task<Distribution> HistoryAsync()
    {
        var took = new List<double>();
        foreach (var task in await disk.TasksAsync(events, samples))
        {
            var watch = Stopwatch.StartNew();
            var history = await _http.GetFromJsonAsync<JsonElement>(
                new Uri($"/history?of={Uri.EscapeDataString(task)}", UriKind.Relative));
            took.Add(watch.Elapsed.TotalMilliseconds);
            if (history.ToString().Length == 0) throw new InvalidOperationException("a history says nothing");
        }

        return new Distribution(took);
    }

    public void Dispose() => _http.Dispose();

    private static void Check(HttpResponseMessage response, byte[] text)
    {
        var answer = response.IsSuccessStatusCode
            ? JsonSerializer.Deserialize<Answer>(text, EcsJson.Options)
            : null;
        if (answer?.Result is not { } result || answer.Error is not null)
        {
            throw new InvalidOperationException(Encoding.UTF8.GetString(text));
        }

        if (result.TryGetProperty("failures", out var failures) && failures.GetArrayLength() > 0)
        {
            throw new InvalidOperationException($"not all was found: {failures}");
        }
    }
}
