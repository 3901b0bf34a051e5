using System.Text.Json.Serialization;
using System.Text.RegularExpressions;
using Ecs.Contracts;
using Ecs.Contracts.Bus;
using Ecs.Contracts.Commands;

namespace Ecs.Bus.Tests.Pure;

/// <summary>
/// Keeps docs/bus.md true: it is the contract with programs that know nothing of the house's libraries.
/// </summary>
public sealed partial class BusDocumentTests
{
    private static readonly string Document = Find();

    [Fact]
    public void Given_the_document_when_compared_with_the_commands_then_it_lists_each_with_its_service_and_no_other()
    {
        var listed = Row().Matches(Document)
            .Select(row => (Name: row.Groups[1].Value, Service: row.Groups[2].Value));

        Assert.Equal(
            CommandTypes.OnBus.Select(type => (type.Name, type.Service))
                .OrderBy(type => type.Name, StringComparer.Ordinal),
            listed.OrderBy(row => row.Name, StringComparer.Ordinal));
    }

    [Fact]
    public void Given_the_document_when_compared_with_the_names_and_limits_then_it_has_them_all()
    {
        string[] names =
        [
            Exchanges.Events, Exchanges.DeadLetters, Exchanges.Heartbeats, Exchanges.Agent("<instance id>"),
            EventHeaders.Position, EventHeaders.Stream, EventHeaders.Version, EventHeaders.Event,
            EventHeaders.Causation, EventHeaders.Correlation, EventHeaders.Actor, EventHeaders.LogTime,
            ErrorTypes.Serialization, ErrorTypes.InvalidParameter, ErrorTypes.UnknownOperation, ErrorTypes.Conflict,
            ErrorTypes.Server,
            .. DeadLetterHeaders.All,
            .. typeof(Command).GetProperties().Where(p => !p.IsDefined(typeof(JsonIgnoreAttribute), true))
                .Select(p => $"`{char.ToLowerInvariant(p.Name[0])}{p.Name[1..]}`"),
        ];

        Assert.All(names, name => Assert.Contains(name, Document, StringComparison.Ordinal));
        Assert.Contains($"1 to {Command.MaxIdLength} characters", Document, StringComparison.Ordinal);
        Assert.Contains($"`x-delivery-limit` {Topology.DeliveryLimit}", Document, StringComparison.Ordinal);
        Assert.Contains($"nested at most {EcsJson.MaxDepth} deep", Document, StringComparison.Ordinal);
        Assert.Contains("at most 1 MiB", Document, StringComparison.Ordinal);
        Assert.Equal(1 << 20, CommandReading.MaxBodyBytes);
        Assert.Contains("within two seconds", Document, StringComparison.Ordinal);
        Assert.Equal(TimeSpan.FromSeconds(2), Turnstile.LongestPause);
        Assert.Equal(3, Attempt<Answer>.Pauses.Length);
    }

    [GeneratedRegex(@"^\| `ecs\.commands\.([a-z-]+)` \| (\w+) \|[^|]*\|$", RegexOptions.Multiline)]
    private static partial Regex Row();

    private static string Find()
    {
        for (var dir = new DirectoryInfo(AppContext.BaseDirectory); dir is not null; dir = dir.Parent)
        {
            var file = Path.Combine(dir.FullName, "docs", "bus.md");
            if (File.Exists(file)) return File.ReadAllText(file);
        }

        throw new FileNotFoundException("docs/bus.md");
    }
}
