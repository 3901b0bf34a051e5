using System.Security.Cryptography;
using Ecs.Gateway.Tests;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Ecs.Cli.Tests;

/// <summary>Verifying and checkpoints: through a real Gateway, from a stand-in of the Auditor.</summary>
public sealed class ProofTests : IDisposable
{
    private const string Progress = """{"progress":{"commits":1000,"ofCommits":2000,"position":9,"ofPosition":20}}""" + "\n";

    private static readonly string Hash = new('a', 64);

    private static readonly string Whole =
        Progress + """{"report":{"whole":true,"commits":2,"events":3,"head":{"number":2,"position":3,"hash":"HASH"}}}"""
            .Replace("HASH", Hash, StringComparison.Ordinal);

    private static readonly string Altered = Progress + """{"report":{"whole":false,"commits":1,"events":1,"fault":"""
        + """{"kind":"EVENT_ALTERED","commit":2,"position":3,"stream":"arn:x","reason":"the event was altered"}}}""";

    private readonly string _folder = Directory.CreateTempSubdirectory("ecs-proof-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Given_a_whole_log_when_verified_without_a_checkpoint_then_it_says_what_it_cannot_know()
    {
        var run = await RunAsync(Whole, "verify");

        Assert.Equal(0, run.ExitCode);
        Assert.Contains("The log is whole", run.Output, StringComparison.Ordinal);
        Assert.Contains("cannot be known", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Given_an_altered_event_when_verified_then_it_is_named_and_the_exit_code_is_5()
    {
        var run = await RunAsync(Altered, "verify");
        Assert.Equal(5, run.ExitCode);
        Assert.Contains("the event was altered", run.Output, StringComparison.Ordinal);

        var json = await RunAsync(Altered, "verify", "--json");
        Assert.Equal((5, 3), (json.ExitCode, (int)json.Json["fault"]!["position"]!));
    }

    [Theory, InlineData(Progress), InlineData("{\"repo"), InlineData("")]
    public async Task Given_an_answer_that_was_cut_off_when_verified_then_nothing_is_known(string answer) =>
        Assert.Equal(3, (await RunAsync(answer, "verify")).ExitCode);

    [Fact]
    public async Task Given_a_signed_checkpoint_when_verified_against_then_key_and_content_must_be_the_same()
    {
        var (mine, other) = (Key("mine.pem"), Key("other.pem"));
        var made = await RunAsync($$"""{"number":2,"position":3,"hash":"{{Hash}}"}""", "checkpoint", "--sign-with", mine);
        Assert.Equal(0, made.ExitCode);
        var file = File_("checkpoint.json", made.Output);

        var asked = new List<string>();
        var run = await RunAsync(Whole, asked, "verify", "--checkpoint", file, "--public-key", mine);
        Assert.Equal((0, ""), (run.ExitCode, run.Errors));
        Assert.Equal($"?number=2&hash={Hash}", Assert.Single(asked));
        Assert.Contains("signed by the key that was given", run.Output, StringComparison.Ordinal);

        var altered = made.Json;
        altered["checkpoint"]!["number"] = 1;
        var unsigned = made.Json.AsObject();
        unsigned.Remove("signature");
        await RefusedAsync("another key", "verify", "--checkpoint", file, "--public-key", other);
        await RefusedAsync("was altered", "verify", "--checkpoint", File_("altered.json", $"{altered}"));
        await RefusedAsync("not signed", "verify", "--checkpoint", File_("unsigned.json", $"{unsigned}"), "--public-key", mine);
    }

    [Fact]
    public async Task Given_bad_files_when_used_then_each_is_refused_with_its_name()
    {
        await RefusedAsync("cannot be read", "verify", "--checkpoint", Path.Combine(_folder, "none"));
        await RefusedAsync("not JSON", "verify", "--checkpoint", File_("text", "hello"));
        await RefusedAsync("is no checkpoint", "verify", "--checkpoint", File_("list", "[]"));
        await RefusedAsync("is no checkpoint", "verify", "--checkpoint", File_("hash", """{"checkpoint":{"number":1,"hash":"x"}}"""));
        await RefusedAsync("give --checkpoint too", "verify", "--public-key", Key("a.pem"));
        await RefusedAsync("ECDSA key in PEM", "checkpoint", "--sign-with", File_("no.pem", "hello"));
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        await RefusedAsync("no private key", "checkpoint", "--sign-with", File_("public.pem", key.ExportSubjectPublicKeyInfoPem()));
    }

    [Fact]
    public async Task Given_an_export_when_it_has_no_end_line_then_it_is_not_whole()
    {
        var begun = """{"format":"ecs-log-1","after":0}""" + "\n";
        Assert.Equal(3, (await RunAsync(begun, "export")).ExitCode);
        var whole = await RunAsync(begun + """{"end":{"number":0}}""", "export", "--to", "7");
        Assert.Equal((0, 2), (whole.ExitCode, whole.Output.TrimEnd().Split('\n').Length));
        await RefusedAsync("ecs-registry import log.jsonl", "import", "log.jsonl");
    }

    private static async Task RefusedAsync(string words, params string[] command)
    {
        var run = await RunAsync(Whole, command);
        Assert.Equal(2, run.ExitCode);
        Assert.Contains(words, run.Errors, StringComparison.Ordinal);
    }

    private string Key(string name)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return File_(name, key.ExportECPrivateKeyPem());
    }

    private string File_(string name, string text)
    {
        var path = Path.Combine(_folder, name);
        File.WriteAllText(path, text);
        return path;
    }

    private static Task<ToolRun> RunAsync(string answer, params string[] command) => RunAsync(answer, [], command);

    private static async Task<ToolRun> RunAsync(string answer, List<string> asked, params string[] command)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        await using var auditor = builder.Build();
        auditor.Urls.Add("http://127.0.0.1:0");
        auditor.MapFallback("{**path}", async http =>
        {
            asked.Add($"{http.Request.QueryString}");
            await http.Response.WriteAsync(answer);
        });
        await auditor.StartAsync();
        await using var gateway = await GatewayHost.StartAsync(auditor.Urls.Single());
        return await Tool.RunAsync(gateway.Address, command);
    }
}
