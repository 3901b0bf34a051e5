using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Ecs.Contracts.Commands;
using Ecs.Log;

namespace Ecs.Auditor.Tests.Hosted;

/// <summary>A log that is exported by one installation and imported by another, empty one.</summary>
public sealed class ImportedLogTests(WrittenLog written) : PlayedHouse(written)
{
    private readonly WrittenLog _written = written;

    [Fact]
    public async Task Given_an_exported_log_when_another_installation_imports_it_then_it_answers_every_question_the_same()
    {
        Fleet.Instance(1, zone: "a");
        var task = Fleet.Run(new RunTask { TaskDefinition = "small" })[0];
        Fleet.Run(new RunTask { TaskDefinition = "large", Count = 3 });
        var from = await WriteAsync();
        Fleet.Now = Fleet.Now.AddMinutes(1);
        Fleet.When(new StopTask { Task = task, Reason = "seen enough" });
        var to = await WriteAsync();
        var exported = await House.TextAsync("/export", "application/x-ndjson");
        await using var other = await AuditedHouse.StartAsync(_written);

        using var file = new MemoryStream(Encoding.UTF8.GetBytes(exported));
        await LogImport.RunAsync(other.Connection, file, TestContext.Current.CancellationToken);

        var of = Uri.EscapeDataString(task);
        foreach (var question in new[]
        {
            $"/history?of={of}", "/history?of=default", "/history?causedBy=command-2", $"/explain/{of}", "/explain/default",
            $"/state?at={from}", $"/state?at={to}", $"/diff?from={from}&to={to}", $"/diff?from=0&to={to}", "/log", "/export",
            $"/simulate?from=0&to={to}&strategy=binpack:memory", "/checkpoint",
        })
        {
            Assert.Equal(
                await House.TextAsync(question, "application/json"), await other.TextAsync(question, "application/json"));
        }

        foreach (var proof in new[] { "/verify", "/replay", "/replay/decisions" })
        {
            var (here, there) = ((await House.LinesAsync(proof))[^1], (await other.LinesAsync(proof))[^1]);
            Assert.Equal(Without(here), Without(there));
        }

    }

    // How long it took is another each time.
    private static string Without(JsonElement report) =>
        Regex.Replace(report.GetRawText(), "\"seconds\":[^,]*,", "");
}
