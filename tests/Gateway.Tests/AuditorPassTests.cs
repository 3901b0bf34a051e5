using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Ecs.Gateway.Tests;

/// <summary>Questions about the past, against a stand-in of the Auditor that answers as it is told to.</summary>
public class AuditorPassTests
{
    [Fact]
    public async Task Given_no_auditor_when_the_past_is_asked_then_that_is_said_and_the_rest_works()
    {
        await using var gateway = await GatewayHost.StartAsync();

        using var reply = await gateway.Http.GetAsync("/log?after=0");

        Assert.Equal(HttpStatusCode.BadGateway, reply.StatusCode);
        var text = await reply.Content.ReadAsStringAsync();
        Assert.Contains("AuditorUnavailableException", text, StringComparison.Ordinal);
        using var next = await gateway.CallAsync("ListClusters", "{}");
        Assert.Equal(HttpStatusCode.OK, next.StatusCode);
    }

    [Theory]
    [InlineData("/log?after=5&follow=false")]
    [InlineData("/history/arn:aws:ecs:us-east-1:000000000000:task/default/0af3?x=a%2Fb")]
    [InlineData("/history?of=a%20b")]
    [InlineData("/explain/x"), InlineData("/state?at=2026-11-22T14:05:00Z")]
    [InlineData("/explain/arn:aws:ecs:us-east-1:000000000000:task/default/0af3?cluster=a%2Fb")]
    [InlineData("/explain/arn:aws:ecs:us-east-1:000000000000:task%2Fdefault%2F0af3")]
    public async Task Given_a_question_when_passed_on_then_path_query_status_and_body_stay_as_they_are(string question)
    {
        await using var auditor = await StartAuditorAsync(async http =>
        {
            http.Response.StatusCode = 418;
            http.Response.ContentType = "text/x-test";
            await http.Response.WriteAsync(http.Request.Path.ToUriComponent() + http.Request.QueryString);
        });
        await using var gateway = await GatewayHost.StartAsync(auditor.Urls.Single());

        using var reply = await gateway.Http.GetAsync(question);

        Assert.Equal(418, (int)reply.StatusCode);
        Assert.Equal("text/x-test", reply.Content.Headers.ContentType!.ToString());
        Assert.Equal(question, await reply.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task Given_a_follower_when_events_come_one_by_one_then_it_has_each_before_the_next()
    {
        var next = new SemaphoreSlim(0);
        await using var auditor = await StartAuditorAsync(async http =>
        {
            await http.Response.Body.FlushAsync();
            for (var line = 1; ; line++)
            {
                await next.WaitAsync(http.RequestAborted);
                await http.Response.WriteAsync($"{line}\n");
                await http.Response.Body.FlushAsync();
            }
        });
        await using var gateway = await GatewayHost.StartAsync(auditor.Urls.Single());

        using var reply = await gateway.Http.GetAsync("/log?follow=true", HttpCompletionOption.ResponseHeadersRead);
        using var lines = new StreamReader(await reply.Content.ReadAsStreamAsync());
        for (var line = 1; line <= 3; line++)
        {
            next.Release();
            Assert.Equal($"{line}", await lines.ReadLineAsync().WaitAsync(TimeSpan.FromSeconds(60)));
        }
    }

    [Fact]
    public async Task Given_a_follower_that_leaves_when_it_has_gone_then_the_auditor_is_left_too()
    {
        var left = new TaskCompletionSource();
        await using var auditor = await StartAuditorAsync(async http =>
        {
            http.RequestAborted.Register(left.SetResult);
            await http.Response.Body.FlushAsync();
            await left.Task;
        });
        await using var gateway = await GatewayHost.StartAsync(auditor.Urls.Single());

        (await gateway.Http.GetAsync("/log?follow=true", HttpCompletionOption.ResponseHeadersRead)).Dispose();

        await left.Task.WaitAsync(TimeSpan.FromSeconds(60));
    }

    [Fact]
    public async Task Given_an_answer_that_is_cut_off_when_passed_on_then_it_is_cut_off_too()
    {
        await using var auditor = await StartAuditorAsync(async http =>
        {
            await http.Response.WriteAsync("half");
            await http.Response.Body.FlushAsync();
            http.Abort();
        });
        await using var gateway = await GatewayHost.StartAsync(auditor.Urls.Single());

        await Assert.ThrowsAnyAsync<Exception>(() => gateway.Http.GetStringAsync("/log"));
    }

    private static WebApplicationBuilder Quiet()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        return builder;
    }

    private static async Task<WebApplication> StartAuditorAsync(RequestDelegate answer)
    {
        var app = Quiet().Build();
        app.Urls.Add("http://127.0.0.1:0");
        app.MapFallback("{**path}", answer);
        await app.StartAsync();
        return app;
    }
}
