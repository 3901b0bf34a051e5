using Ecs.Contracts.Commands;
using Ecs.Gateway.Tests;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Ecs.Cli.Tests;

/// <summary>Why a task is where it is: through a real Gateway, from a stand-in of the Auditor.</summary>
public class ExplainTests
{
    private const string Unknown = """{"__type": "ResourceNotFoundException", "message": "No such thing."}""";

    [Fact]
    public async Task Given_the_beginning_of_an_id_when_explained_then_the_tasks_text_is_printed_as_it_is()
    {
        await using var auditor = await StartAsync();
        await using var gateway = await GatewayHost.StartAsync(auditor.Urls.Single());
        gateway.Bus.Answering = (_, _) => Task.FromResult(CommandSenderDouble.Result(
            new ListTasksResult([Samples.TaskArn], null)));

        var run = await Tool.RunAsync(gateway.Address, "explain", "01234567");

        Assert.Equal((0, ""), (run.ExitCode, run.Errors));
        Assert.Equal("placed\n  [because]  of\\room", run.Output.ReplaceLineEndings("\n").TrimEnd());
    }

    [Fact]
    public async Task Given_json_when_explained_then_it_is_the_auditors_document()
    {
        await using var auditor = await StartAsync();
        await using var gateway = await GatewayHost.StartAsync(auditor.Urls.Single());

        var run = await Tool.RunAsync(gateway.Address, "explain", Samples.TaskArn, "--json", "--cluster", "c/d");

        Assert.Equal((0, ""), (run.ExitCode, run.Errors));
        Assert.Equal(Samples.TaskArn, (string?)run.Json["of"]);
        Assert.Equal("?region=eu-west-1&cluster=c%2Fd", (string?)run.Json["query"]);
    }

    [Fact]
    public async Task Given_a_task_that_nobody_knows_when_explained_then_it_is_refused()
    {
        await using var auditor = await StartAsync();
        await using var gateway = await GatewayHost.StartAsync(auditor.Urls.Single());

        var run = await Tool.RunAsync(gateway.Address, "explain", "nonsense");

        Assert.Equal((1, ""), (run.ExitCode, run.Output));
        Assert.Contains("No such thing.", run.Errors, StringComparison.Ordinal);
    }

    private static async Task<WebApplication> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        var app = builder.Build();
        app.Urls.Add("http://127.0.0.1:0");
        app.MapGet("/explain/{**of}", async (HttpContext http, string of) =>
        {
            var arn = Uri.UnescapeDataString(of);
            if (arn != Samples.TaskArn)
            {
                http.Response.StatusCode = StatusCodes.Status404NotFound;
                await http.Response.WriteAsync(Unknown);
            }
            else if (http.Request.Headers.Accept == "text/plain")
            {
                await http.Response.WriteAsync("placed\n  [because]  of\\room\n");
            }
            else
            {
                await http.Response.WriteAsync($$"""{"of": "{{arn}}", "query": "{{http.Request.QueryString}}"}""");
            }
        });
        await app.StartAsync();
        return app;
    }
}
